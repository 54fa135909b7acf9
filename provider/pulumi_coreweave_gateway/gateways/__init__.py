"""What all three processes share: which gateways to read, how to read many, and how to present them. No HTTP."""
