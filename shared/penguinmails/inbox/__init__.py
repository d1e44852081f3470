"""Inboxes: what a workspace's mail ends in where the sandbox takes it, and none of it leaves."""
