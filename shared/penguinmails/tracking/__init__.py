"""Tracking: opens, clicks and unsubscribes, by the signed addresses in each message."""
