"""Blobs: files that people upload, kept for 30 days."""
