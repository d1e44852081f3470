"""Campaign templates: campaigns to begin new ones from, in a workspace or in the public library."""
