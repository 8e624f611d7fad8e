"""What was imported and keeps its own form: panels and routings as they were written elsewhere."""
