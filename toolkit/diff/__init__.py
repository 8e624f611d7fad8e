"""What a change means, in words: definitions against a revision."""
