"""The DNS: what the owners of domains publish."""
