"""Deployments, for the program, the provider and the plugin: requests, reads and outputs. No HTTP."""
