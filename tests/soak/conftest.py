"""Long tests use a fixture of the stack tests."""

from tests.stack.conftest import engine

__all__ = ["engine"]
