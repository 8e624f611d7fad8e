"""The checks that `toolkit validate` runs: one module each, named for the claim it makes."""
