"""Holds: what waits until something happens, with the reason why."""
