"""The fault table: every row is run for real."""
