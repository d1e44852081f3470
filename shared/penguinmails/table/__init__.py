"""One small typed port over a key-value table, with a DynamoDB and an in-memory adapter."""
