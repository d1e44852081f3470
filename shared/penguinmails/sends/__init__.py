"""Sends: a message from its rendering to an ESP's answer."""
