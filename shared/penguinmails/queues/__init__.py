"""The queues between handlers: a port, SQS, and one in memory."""
