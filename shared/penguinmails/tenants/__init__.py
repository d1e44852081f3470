"""Tenants: the workspaces, the keys that speak for them and the hooks that report to them."""
