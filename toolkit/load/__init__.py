"""Load tests, from outside the load generator: what is planned, and what a run's figures mean."""
