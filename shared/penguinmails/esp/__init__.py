"""ESPs: one file per email service provider sends, one receives what it reports."""
