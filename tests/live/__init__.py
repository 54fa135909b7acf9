"""Against the real API: opt-in."""
