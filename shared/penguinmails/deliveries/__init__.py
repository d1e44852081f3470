"""Delivery events: one vocabulary for what ESPs and recipients tell us about a message."""
