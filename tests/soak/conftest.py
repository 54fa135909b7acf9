"""Long tests use the fixtures of the stack tests."""

from tests.stack.conftest import engine, environ, project

__all__ = ["engine", "environ", "project"]
