"""Load tests, from outside the generator: what is planned, and what a run's figures mean."""
