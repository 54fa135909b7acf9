"""Get the Pulumi CLI: the one on PATH, a cached one, the official download, or a build from source.

=================  =====================================================================================
module             concern
=================  =====================================================================================
``__main__``       the command, ``python -m tools.engine``
``ensure``         where an engine is looked for, and what is in the cache
``go_build``       building a binary from a Go module
``processes``      running a command quietly, and the reason when it fails
``host/``          the fallback Python language host, copied beside a CLI that was built from source
``modules/``       the Go modules whose dependencies are the binaries to build
=================  =====================================================================================
"""

from tools.engine.ensure import Engine, EngineError, ensure

__all__ = ["Engine", "EngineError", "ensure"]
