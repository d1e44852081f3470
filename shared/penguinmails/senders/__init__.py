"""Senders: the addresses that a workspace may send from, once it has shown that they are its own."""
