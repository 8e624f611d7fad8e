"""The command line: each command parses, calls the library once, renders, and exits."""
