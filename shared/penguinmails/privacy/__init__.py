"""Privacy: what a person may ask of us, namely a copy of all that we hold, and its erasure."""
