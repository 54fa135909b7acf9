"""What all three processes share about deployments: what to read, how, and how to present them. No HTTP."""
