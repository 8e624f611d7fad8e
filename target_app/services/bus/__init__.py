"""The event bus: one contract, on Redis Streams and in memory."""
