"""Rule files and promtool test files that the user wrote: run, covered, changed, and added to."""
