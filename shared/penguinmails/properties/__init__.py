"""Properties: what a workspace says about the attributes of its contacts, and their types."""
