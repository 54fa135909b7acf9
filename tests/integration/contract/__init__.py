"""The emulator and the outputs, compared with the contract."""
