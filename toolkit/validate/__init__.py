"""`toolkit validate`: checks of a running stack, how they run, and their report."""
