"""How results are written: one writer for each format, for every command."""
