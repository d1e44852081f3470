"""Audit: what was changed by whom, in a chain that shows when somebody meddled with it."""
