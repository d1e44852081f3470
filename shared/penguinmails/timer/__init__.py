"""The timer: messages for a queue at a minute in the future, however far."""
