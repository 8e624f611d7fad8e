"""What the services say to each other: typed, versioned events and calls."""
