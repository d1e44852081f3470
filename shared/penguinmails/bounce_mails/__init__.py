"""Bounce mails: what comes back as mail, not as an event: for whom, which class, and why."""
