"""Mimir and Cortex: stores of Prometheus' series whose rulers take rules over HTTP."""
