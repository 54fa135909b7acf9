"""CONTRIBUTING.md matches the checkout."""

import re

from tools.sandbox import CHECKOUT

_TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_make_target_is_listed() -> None:
    """The table lists each target that `make help` shows, and no other."""
    targets = set(re.findall(r"^([a-z-]+):.*## ", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.M))
    table = "".join(line for line in _TEXT.splitlines(keepends=True) if line.startswith("| `make"))
    assert set(re.findall(r"`make ([a-z-]+)`", table)) == targets - {"help"}


def test_files_to_change_for_an_output_exist() -> None:
    """Each file that the guide names exists."""
    guide = _TEXT.partition("## Add an output")[2].partition("## Commits")[0]
    package, contract = (
        CHECKOUT / "provider" / "pulumi_coreweave_gateway",
        CHECKOUT / "tests" / "integration" / "contract",
    )
    folders = (CHECKOUT, package, contract, CHECKOUT / "tests" / "unit")
    files = re.findall(r"`([\w/]+\.(?:py|yaml))`", guide)
    assert files
    assert [file for file in files if not any((folder / file).is_file() for folder in folders)] == []
