"""PenguinMails Campaigns: email campaigns that send once, lose nobody and explain themselves."""
