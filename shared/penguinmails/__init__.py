"""PenguinMails Campaigns: email campaigns that send once, lose nobody and explain themselves."""

__version__ = "0.1.0"
