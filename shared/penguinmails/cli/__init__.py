"""The command line: files and campaigns from a terminal, over the HTTP API alone."""
