"""Contacts: the people of a workspace. Their addresses are kept here and nowhere else."""
