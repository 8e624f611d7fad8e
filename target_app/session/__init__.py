"""The trading session: a bot that trades on paper, its metrics, and a regression that judges it.

It imports nothing of the execution service.
"""
