"""Where orders go: one pooled ccxt client per exchange, and two venues without a network."""
