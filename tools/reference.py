"""Generate docs/reference.md, as tables, from the docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import griffe

import pulumi_coreweave_gateway as package
from tools.sandbox import CHECKOUT

REFERENCE = CHECKOUT / "docs" / "reference.md"

_HEAD = """# Reference

Generated from the docstrings by `make docs`. Names without a module are imported from `pulumi_coreweave_gateway`; the
[emulator](emulator.md) has its own page. Every output of a resource is a `pulumi.Output` of the type shown.
Values are dictionaries as well as objects; `Output.all` makes plain dictionaries of them, with the same names as keys.

In displays, a lookup is a `read`. A `refresh` shows the lookup of a gateway that no longer exists as `deleted`, and a
failed `up` shows the stack's outputs as removed, though the state keeps them:
[what Pulumi adds](troubleshooting.md#what-pulumi-adds) to a lookup's own messages.
"""
_SECTIONS: dict[str, tuple[str, ...]] = {
    "Resources": (
        "program.gateway_lookup.GatewayLookup",
        "program.gateways_lookup.GatewaysLookup",
        "program.deployments_lookup.DeploymentsLookup",
    ),
    "Waiting": ("program.waiting.WaitForReady",),
    "Functions": tuple(
        f"program.{name}"
        for name in (
            "functions.get_gateway",
            "functions.get_gateway_output",
            "functions.get_gateways",
            "functions.get_gateways_output",
            "deployment_functions.get_deployments",
            "deployment_functions.get_deployments_output",
        )
    ),
    "Result types": tuple(
        f"program.output_types.{name}"
        for name in ("GatewayResult", "GatewaysResult", "DeploymentResult", "DeploymentsResult")
    ),
    "Nested types": tuple(
        f"program.output_types.{name}"
        for name in (
            "Condition",
            "CoreWeaveAuth",
            "WeightsAndBiasesAuth",
            "EndpointConfiguration",
            "BodyBasedRouting",
            "HeaderBasedRouting",
            "PathBasedRouting",
        )
    ),
    "Unit tests (`pulumi_coreweave_gateway.testing`)": (
        "testing.GatewayMocks",
        "testing.mock_gateway",
        "testing.mock_deployment",
    ),
}
_NOT_OUTPUTS = re.compile(r"_|translate_|is_lookup$|get$|id$")


def files() -> dict[Path, str]:
    """Return the page.

    Raises:
        LookupError: a public name is missing on the page.

    """
    root = griffe.load(
        "pulumi_coreweave_gateway",
        search_paths=[str(CHECKOUT / "provider")],
        docstring_parser="google",
        docstring_options={"returns_multiple_items": False},
    )
    parts = [_HEAD]
    for title, names in _SECTIONS.items():
        parts.append(f"## {title}\n")
        for name in names:
            parts += [f"### `{name.rpartition('.')[2]}`\n", *_described(root[name])]
    parts += ["## Errors\n", "All are exported by the package.\n", f"```text\n{_error_tree(root)}\n```\n"]
    page = re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"
    missing = [name for name in package.__all__ if not re.search(rf"\b{name}\b", page)]
    if missing:
        raise LookupError(f"docs/reference.md would lack {', '.join(missing)}")
    return {REFERENCE: page}


def _described(found: Any) -> Iterator[str]:
    """Yield a class's or a function's description, arguments, outputs, result, errors and examples."""
    sections = found.docstring.parsed
    by_kind = {section.kind.value: section.value for section in sections if section.kind.value != "text"}
    yield from (f"{_markdown(section.value)}\n" for section in sections if section.kind.value == "text")
    for kind in ("parameters", "attributes"):
        if kind in by_kind:
            rows = ((one.name, _type(one.annotation), one.description) for one in by_kind[kind])
            yield _table("argument" if kind == "parameters" else "attribute", rows)
    if found.is_class and "attributes" not in by_kind:
        outputs = [*_outputs(found)]
        if outputs:
            yield _table("output", outputs)
    for one in by_kind.get("returns", ()):
        yield f"Returns `{one.annotation}`: {_markdown(one.description)}\n"
    if "raises" in by_kind:
        yield _table("raises", ((one.annotation, None, one.description) for one in by_kind["raises"]))
    for _, example in by_kind.get("examples", ()):
        yield f"```python\n{re.sub(r'(?m)^(>>>|[.][.][.]) ?', '', str(example))}\n```\n"


def _outputs(found: Any) -> Iterator[tuple[str, object, str]]:
    """Yield name, type and description of a class's public properties and methods, those inherited included."""
    described = found.package["program.output_types.GatewayResult"].members
    for name, own in found.all_members.items():
        # The outputs of a lookup by ID are described where they are those of a value.
        member = own if own.docstring else described.get(name)
        if _NOT_OUTPUTS.match(name) or member is None or not member.docstring:
            continue
        if member.is_attribute:
            yield name, _type(own.annotation), _summary(member)
        elif member.is_function and member.parent is found:
            arguments = ", ".join(one.name for one in member.parameters if one.name != "self")
            yield f"{name}({arguments})", _type(member.returns), _summary(member)


def _summary(member: Any) -> str:
    return str(next(section.value for section in member.docstring.parsed if section.kind.value == "text"))


def _table(what: str, rows: Iterable[tuple[object, object, str]]) -> str:
    """Return a Markdown table; the column of types is left out if there are none."""
    listed = [(f"`{name}`", f"`{kind}`" if kind else "", _cell(text)) for name, kind, text in rows]
    if not any(kind for _, kind, _ in listed):
        return "\n".join([f"| {what} | |", "|---|---|", *(f"| {name} | {text} |" for name, _, text in listed), ""])
    lines = (f"| {name} | {kind} | {text} |" for name, kind, text in listed)
    return "\n".join([f"| {what} | type | |", "|---|---|---|", *lines, ""])


def _type(annotation: object) -> str | None:
    """Return a type for a table: that of an Output's value, with unions escaped."""
    if annotation is None:
        return None
    text = re.sub(r"(?:pulumi\.)?Output\[(.*)\]", r"\1", str(annotation)).replace("pulumi.", "")
    return text.replace("|", "\\|")


def _cell(text: str) -> str:
    return _markdown(" ".join(text.split())).replace("|", "\\|")


def _markdown(text: str) -> str:
    """Return a docstring's text with Markdown's marks for code."""
    text = re.sub(r":(?:class|func|attr|data|meth|mod):`~?\.?([^`]*)`", r"`\1`", text)
    return re.sub(r"(?<!`)``(?!`)([^`]+)``(?!`)", r"`\1`", text)


def _error_tree(root: Any) -> str:
    """Return the tree of error classes as their module's docstring draws it."""
    drawn: str = root["errors"].docstring.value.split("::", 1)[1].strip("\n")
    return "\n".join(line.removeprefix("    ") for line in drawn.split("\n\n", 1)[0].splitlines())
