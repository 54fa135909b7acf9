"""Fast, and without a network."""
