"""Suppressions: who must not be mailed, in which scope, since when and why."""
