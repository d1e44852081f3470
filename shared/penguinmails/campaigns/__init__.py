"""Campaigns: what is sent, to whom, in which order; their life and their revisions."""
