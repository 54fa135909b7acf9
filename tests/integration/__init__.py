"""Tests that need the emulator, a socket or a subprocess."""
