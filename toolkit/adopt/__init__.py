"""From what a service already exports to a catalogue and a project."""
