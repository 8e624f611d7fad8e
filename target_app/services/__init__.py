"""Three services that trade over an event bus: signals, risk and execution, operations."""
