"""What needs the emulator, a socket or a subprocess."""
