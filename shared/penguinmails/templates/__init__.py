"""Templates: checked when saved, compiled once per revision, rendered for each contact."""
