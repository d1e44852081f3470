"""Imports: people uploaded as a CSV file, read page by page, each row counted exactly once."""
