"""exec-risk: judges signals by the risk rules, executes what passes, keeps the positions."""
