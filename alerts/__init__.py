"""What the reference system alerts on: a folder is a rule file, a module is a group."""
