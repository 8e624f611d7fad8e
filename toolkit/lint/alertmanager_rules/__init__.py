"""Rules about the configuration of Alertmanager, whether a user or the toolkit wrote it."""
