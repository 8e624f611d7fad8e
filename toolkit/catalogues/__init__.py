"""Catalogues of programs that everybody runs, and of the load generator.

Those of other programs were made by `toolkit discover` from real scrapes.
"""
