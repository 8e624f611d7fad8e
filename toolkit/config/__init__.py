"""`[tool.toolkit]` of pyproject.toml: its tables, each read into one typed value."""
