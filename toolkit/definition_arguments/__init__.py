"""Definitions are refused where they are made, with the argument and what would be right."""
