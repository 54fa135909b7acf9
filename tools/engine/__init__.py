"""How the Pulumi CLI comes to a machine.

``python3 -m tools.engine`` takes the first of these that works: a ``pulumi`` on PATH with its Python language host;
the one in our cache; the official download; ``go build``, with a language host of our own beside it. The standard
library is enough for all of it. Linux and macOS only.

==================  ==================================================================================
module              concern
==================  ==================================================================================
``__main__``        the command
``order``           `ensure`: the order, one process at a time, and the error when nothing works
``model``           `Engine`, the errors, and what a way to an engine looks like
``steps``           the ways, one module each
``cache``, ``lock`` finished engines, published in one step; who may make one
``pins``            which versions, read from ``build/go.mod`` and the lock file; the cache's keys
``run``, ``leash``  running commands that don't outlive this one
``host``            the fallback language host (files that are copied beside the CLI, not imported here)
``build``           the Go module whose dependency is the CLI
==================  ==================================================================================
"""

from tools.engine.model import Engine, EngineError
from tools.engine.order import ensure

__all__ = ["Engine", "EngineError", "ensure"]
