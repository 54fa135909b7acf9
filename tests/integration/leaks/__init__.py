"""The search for secrets in all that a run leaves behind."""
