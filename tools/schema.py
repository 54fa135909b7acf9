"""Generate the plugin's schema.json from tools/schema.yaml, the output types with docstrings, and docs/snippets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe
import yaml

from pulumi_coreweave_gateway.about import PROJECT_URL, VERSION
from tools.sandbox import CHECKOUT

_SCHEMA = CHECKOUT / "provider" / "pulumi_coreweave_gateway" / "plugin" / "schema.json"

_PARTS = CHECKOUT / "tools" / "schema.yaml"
_SNIPPETS = CHECKOUT / "docs" / "snippets"
_LANGUAGES = {"ts": "typescript", "py": "python", "cs": "csharp", "go": "go", "java": "java", "yaml": "yaml"}
_ONLY_IN_PYTHON = re.compile(r"; (?:see ``base_url_for``|``\"\"`` unless timestamps are included)")
_SCALARS = {"str": "string", "str | None": "string", "bool": "boolean", "int": "integer"}


def files() -> dict[Path, str]:
    """Return the schema's file."""
    return {_SCHEMA: json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n"}


def _schema() -> dict[str, Any]:
    parts: dict[str, Any] = yaml.safe_load(_PARTS.read_text(encoding="utf-8"))
    settings, functions, enums = (parts.pop(name) for name in ("settings", "functions", "enums"))
    types = _Types()
    slug = PROJECT_URL.removeprefix("https://github.com/")
    return {
        **parts,
        "version": VERSION,
        "homepage": PROJECT_URL,
        "repository": PROJECT_URL,
        "logoUrl": f"https://raw.githubusercontent.com/{slug}/main/docs/logo.svg",
        "pluginDownloadURL": f"github://api.github.com/{slug}",
        "config": {"variables": settings},
        "provider": {"description": "The settings of the CoreWeave API.", "inputProperties": settings},
        "functions": {
            _token(name): {
                "description": f"{function['description']}\n\n{_examples(name)}",
                "inputs": {"type": "object", "properties": function["inputs"]},
                "outputs": types.object(function["result"]),
            }
            for name, function in functions.items()
        },
        "types": {_token(name): description for name, description in {**types.referenced, **enums}.items()},
    }


class _Types:
    """The output types in the schema's form."""

    def __init__(self) -> None:
        package = griffe.load("pulumi_coreweave_gateway", search_paths=[str(CHECKOUT / "provider")])
        self._types: Any = package["program.output_types"]
        self.referenced: dict[str, Any] = {}

    def object(self, name: str) -> dict[str, Any]:
        """Return a class as an object type whose properties are all required."""
        properties = dict(self._properties(name))
        return {
            "type": "object",
            "description": _markdown(self._types[name].docstring.value),
            "properties": properties,
            "required": sorted(properties),
        }

    def _properties(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for member in self._types[name].members.values():
            # What is derived from the list of gateways is only in the Python API.
            if member.is_attribute and (name != "GatewaysResult" or member.name == "gateways"):
                description = {"description": _markdown(member.docstring.value)}
                yield _camel_case(member.name), {**self._type(str(member.annotation)), **description}

    def _type(self, annotation: str) -> dict[str, Any]:
        if annotation in _SCALARS:
            return {"type": _SCALARS[annotation]}
        if annotation.startswith("list["):
            return {"type": "array", "items": self._type(annotation[5:-1])}
        name = annotation.removesuffix("Result")
        if name not in self.referenced:
            self.referenced[name] = self.object(annotation)
        return {"$ref": f"#/types/{_token(name)}"}


def _camel_case(name: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def _token(name: str) -> str:
    return f"coreweave-gateway:index:{name}"


def _markdown(docstring: str) -> str:
    """Return a docstring for other languages: Markdown, and ``""`` instead of None."""
    text = _ONLY_IN_PYTHON.sub("", docstring)
    text = re.sub(r":\w+:`~?([\w.]+)`", lambda found: f"`{_camel_case(found[1].rpartition('.')[2])}`", text)
    return re.sub(r"\bNone\b", '`""`', text.replace("``", "`")).strip()


def _examples(name: str) -> str:
    snippets = ((_SNIPPETS / f"{name}.{suffix}", language) for suffix, language in _LANGUAGES.items())
    code = "\n".join(f"```{language}\n{file.read_text(encoding='utf-8')}```" for file, language in snippets)
    head = "{{% examples %}}\n## Example Usage\n\n{{% example %}}\n"
    return f"{head}{code}\n{{{{% /example %}}}}\n{{{{% /examples %}}}}\n"
