"""Where orders go. It imports nothing of the service: settings and metrics are given to it.

An exchange is a place that trades, named by its ccxt id, or `paper` or `venue_sim`, which are
simulated. A venue is our side of one: its client, its markets and its circuit breaker.
"""
