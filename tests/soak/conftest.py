"""Long tests have the engine and the emulator of the stack tests."""

from tests.stack.conftest import engine, environ, project

__all__ = ["engine", "environ", "project"]
