"""Catalogues of programs that everybody runs, made by `toolkit discover` from real scrapes."""
