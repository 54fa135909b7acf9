"""Tests that search errors, output and files for secrets."""
