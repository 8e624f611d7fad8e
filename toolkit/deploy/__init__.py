"""`toolkit deploy`: what a project defines → the servers that hold it."""
