"""Which labels the result of a PromQL expression has, which it has not, and why."""
