"""Proving alerts: worlds made for each condition, promtool and amtool asked, mutants hunted."""
