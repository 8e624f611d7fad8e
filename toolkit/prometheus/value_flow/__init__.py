"""Which values the results of expressions can have."""
