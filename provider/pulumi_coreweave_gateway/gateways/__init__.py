"""What the program and the provider's process share: which gateways to read, and how to present them. No HTTP."""
