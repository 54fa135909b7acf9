"""Check what pages derive from code: ``python -m tools.checks`` (``--write`` renews what can be generated)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import report
from benchmarks.results import Results

from pulumi_coreweave_gateway import about
from tools import reference, schema
from tools.sandbox import CHECKOUT

_EMBEDDED = re.compile(r"(<!-- file: (\S+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)
_PLUGIN_VERSION = re.compile(r"\bcoreweave-gateway(?:[ @]|==|-v)(\d+\.\d+\.\d+)")


def main(arguments: list[str]) -> int:
    """Run all checks, print their findings, and return the exit code."""
    findings = [*_generated(write="--write" in arguments), *_versions()]
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


def _pages() -> list[Path]:
    return [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("programs/**/README.md")]


def _generated(*, write: bool) -> Iterator[str]:
    """Compare the generated files with what they are generated from, or write them."""
    for generate in _GENERATORS:
        for file, text in generate().items():
            if write:
                file.write_text(text, encoding="utf-8")
            elif not file.exists() or file.read_text(encoding="utf-8") != text:
                yield f"{file.relative_to(CHECKOUT)} is out of date; run `make docs`"


def _pages_with_files() -> dict[Path, str]:
    """Return each page with the current content of the files that it shows."""

    def page_with_files(page: Path) -> str:
        return _EMBEDDED.sub(
            lambda found: found[1] + (page.parent / found[2]).read_text(encoding="utf-8") + found[4],
            page.read_text(encoding="utf-8"),
        )

    return {page: page_with_files(page) for page in _pages()}


def _versions() -> Iterator[str]:
    """Compare all mentions of the plugin's version with the version."""
    for file in [
        *_pages(),
        CHECKOUT / "plugin/requirements.txt",
        CHECKOUT / "programs/languages/typescript/Pulumi.yaml",
    ]:
        for version in _PLUGIN_VERSION.findall(file.read_text(encoding="utf-8")):
            if version != about.VERSION:
                yield f"{file.relative_to(CHECKOUT)}: names version {version} of the plugin, not {about.VERSION}"


_GENERATORS: tuple[Callable[[], dict[Path, str]], ...] = (
    reference.files,
    schema.files,
    _pages_with_files,
    lambda: report.files(Results.load(report.RESULTS)),
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
