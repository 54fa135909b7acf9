"""Writes docs/reference.md from the docstrings, by griffe: ``python -m tools.reference`` (or ``--check``)."""

from __future__ import annotations

import re
import sys
from typing import Any

import griffe
from griffe2md import default_config, render_object_docs  # type: ignore[import-untyped]

import pulumi_coreweave_gateway as package
from tools.sandbox import CHECKOUT

REFERENCE = CHECKOUT / "docs" / "reference.md"

_NAME = "pulumi_coreweave_gateway"
_OPTIONS = {
    **default_config,
    "heading_level": 3,
    "show_root_full_path": False,
    "show_root_members_full_path": False,
    "show_object_full_path": False,
    "show_if_no_docstring": False,
    "show_bases": False,
    "summary": False,
    "members_order": "source",
    # What the SDK calls, and what tells lookups apart inside the package.
    "filters": ["!^_", "!^translate_", "!^is_lookup$"],
}

_SECTIONS: dict[str, tuple[str, ...]] = {
    "Resources": ("program.gateway_lookup.GatewayLookup", "program.gateways_lookup.GatewaysLookup"),
    "Waiting": ("program.wait_for_ready.WaitForReady",),
    "Functions": tuple(
        f"program.functions.{name}"
        for name in ("get_gateway", "get_gateway_output", "get_gateways", "get_gateways_output")
    ),
    "Values": tuple(
        f"program.output_types.{name}"
        for name in (
            "GatewayResult",
            "GatewaysResult",
            "Condition",
            "CoreWeaveAuth",
            "WeightsAndBiasesAuth",
            "EndpointConfiguration",
            "BodyBasedRouting",
            "HeaderBasedRouting",
            "PathBasedRouting",
        )
    ),
    "Tests (`pulumi_coreweave_gateway.testing`)": ("testing.GatewayMocks", "testing.mock_gateway"),
}

_HEAD = """# Reference

Made from the docstrings of the package by `make docs`; what is said of outputs holds for `pulumi.Output` values.
Names without a module are imported from `pulumi_coreweave_gateway`. The emulator has a page of its own,
[emulator.md](emulator.md).
"""


def main(arguments: list[str]) -> int:
    """Write the page, or tell whether it is current."""
    page = render()
    if "--check" not in arguments:
        REFERENCE.write_text(page, encoding="utf-8")
        return 0
    if not REFERENCE.exists() or REFERENCE.read_text(encoding="utf-8") != page:
        print("docs/reference.md is not what the docstrings say: run `make docs`", file=sys.stderr)
        return 1
    return 0


def render() -> str:
    """Return the page.

    Raises:
        LookupError: a public name is missing in it.

    """
    root = griffe.load(_NAME, search_paths=[str(CHECKOUT / "provider")], docstring_parser="google")
    parts = [_HEAD]
    for title, names in _SECTIONS.items():
        parts.append(f"## {title}\n")
        parts += [_plain(render_object_docs(root[name], _OPTIONS)) for name in names]
    parts += ["## Errors\n", f"```text\n{_tree(root)}\n```\n", "All are exported by the package.\n"]
    page = re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"
    missing = [name for name in package.__all__ if not re.search(rf"\b{name}\b", page)]
    if missing:
        raise LookupError(f"docs/reference.md would lack {', '.join(missing)}")
    return page


def _tree(root: Any) -> str:
    """Return the tree of error classes as their module draws it."""
    drawn: str = root["errors"].docstring.value.split("::", 1)[1]
    return "\n".join(line.removeprefix("    ") for line in drawn.split("\n\nEach is", 1)[0].strip("\n").splitlines())


def _plain(markdown: str) -> str:
    """Return the generator's Markdown without links into the package, and with Markdown's own marks for code."""
    markdown = re.sub(r"\[([^\[\]]*)\]\(#[^)]*\)", r"\1", markdown)
    markdown = re.sub(r"<code>(.*?)</code>", lambda found: f"`{found[1]}`", markdown)
    markdown = re.sub(r":(?:class|func|attr|data|meth|mod):`~?\.?([^`]*)`", r"`\1`", markdown)
    return re.sub(r"(?<!`)``(?!`)([^`]+)``(?!`)", r"`\1`", markdown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
