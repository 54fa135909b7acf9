"""The emulator and the outputs, held against the contract."""
