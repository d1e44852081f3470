"""The HTTP API: requests read and checked, use cases called, answers and problems written."""
