"""The fence: nothing is sent while the tables are not those that Core knows."""
