"""The rules that come with the toolkit: one module each, named for the pattern it flags."""
