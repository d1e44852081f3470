"""Campaigns as code: YAML files are read, checked and translated, on a person's own machine."""
