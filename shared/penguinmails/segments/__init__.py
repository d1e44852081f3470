"""Segments: the named groups of contacts that campaigns are sent to."""
