"""Fuzz the parsing of responses, and keep the bodies that fail. The package must be on PYTHONPATH."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore] # not among what development installs

# Only modules that are first imported here report their coverage.
with atheris.instrument_imports(include=["pulumi_coreweave_gateway"]):
    from tests.fuzz.mutator import mutate
    from tests.fuzz.seeds import contract_bodies, corpus_bodies, nested_bodies
    from tests.fuzz.target import check

_LARGEST = 16 * 1024
"""Bytes of a body: many times a gateway's."""


def main() -> None:
    """Run the command; libFuzzer ends the process, with a non-zero status if a body fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000, help="number of bodies (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations (%(default)s)")
    parser.add_argument("--found", type=Path, help="folder for new bodies and failures")
    options = parser.parse_args()
    found = options.found or Path(tempfile.mkdtemp(prefix="fuzz-"))
    found.mkdir(parents=True, exist_ok=True)
    for number, body in enumerate([*contract_bodies(), *nested_bodies(), *corpus_bodies()]):
        (found / f"seed-{number:03}").write_bytes(body)
    limits = [f"-runs={options.runs}", f"-seed={options.seed}", f"-max_len={_LARGEST}", "-timeout=10"]
    atheris.Setup(
        [sys.argv[0], *limits, "-print_final_stats=1", f"-artifact_prefix={found}/failure-", str(found)],
        check,
        custom_mutator=lambda body, largest, seed: mutate(body, largest, seed, atheris.Mutate),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
