"""Check generated files and duplicated facts: ``python -m tools.checks`` (``--write`` updates the files)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from benchmarks import report
from benchmarks.results import Results
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pulumi_coreweave_gateway import about
from pulumi_coreweave_gateway import config as settings
from tools import reference, schema, troubleshooting
from tools.sandbox import CHECKOUT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_EMBEDDED = re.compile(r"(<!-- file: (\S+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)
_PLUGIN_VERSION = re.compile(r"\bcoreweave-gateway(?:[ @]|==|-v)(\d+\.\d+\.\d+)")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")


def main(arguments: list[str]) -> int:
    """Run all checks, print their findings, and return the exit code."""
    if "--write" in arguments:
        for generate in _GENERATORS:
            for file, text in generate().items():
                file.write_text(text, encoding="utf-8")
    findings = [finding for check in _CHECKS for finding in check()]
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


def _read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def _pages() -> list[Path]:
    return [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("programs/**/README.md")]


def _generated() -> Iterator[str]:
    """Compare the generated files with what they are generated from."""
    for generate in _GENERATORS:
        for file, text in generate().items():
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                yield f"{file.relative_to(CHECKOUT)} is out of date; run `make docs`"


def _pages_with_files() -> dict[Path, str]:
    """Return each page with the current content of the files that it shows."""

    def page_with_files(page: Path) -> str:
        return _EMBEDDED.sub(
            lambda found: found[1] + (page.parent / found[2]).read_text(encoding="utf-8") + found[4],
            page.read_text(encoding="utf-8"),
        )

    return {page: page_with_files(page) for page in _pages()}


def _benchmark_pages() -> dict[Path, str]:
    return report.files(Results.load(report.RESULTS))


def _versions() -> Iterator[str]:
    """Compare the versions in pyproject.toml, the package, the changelog, and all mentions of the plugin's."""
    project = tomllib.loads(_read("pyproject.toml"))["project"]
    if (project["name"], project["version"]) != (about.DISTRIBUTION, about.VERSION):
        yield "about.py and pyproject.toml name different distributions or versions"
    newest = re.search(r"^## \[([^\]]+)\]", _read("CHANGELOG.md"), re.MULTILINE)
    if newest is None or newest[1] not in {about.VERSION, "Unreleased"}:
        yield f"CHANGELOG.md does not begin with {about.VERSION} or Unreleased"
    files = [*_pages(), CHECKOUT / "plugin/requirements.txt", CHECKOUT / "programs/languages/typescript/Pulumi.yaml"]
    for file in files:
        for version in _PLUGIN_VERSION.findall(file.read_text(encoding="utf-8")):
            if version != about.VERSION:
                yield f"{file.relative_to(CHECKOUT)}: names version {version} of the plugin, not {about.VERSION}"


def _requirements() -> Iterator[str]:
    """Compare requirements.txt and the lock files with pyproject.toml."""
    document: dict[str, Any] = tomllib.loads(_read("pyproject.toml"))
    dependencies: list[str] = document["project"]["dependencies"]
    lines = _read("requirements.txt").splitlines()
    listed = {one.name: one for one in (Requirement(line) for line in lines if re.match(r"[a-z]", line))}
    for requirement in map(Requirement, dependencies):
        # urllib3 comes with requests; requirements.txt names what a user would.
        if requirement.name != "urllib3" and listed.get(requirement.name) != requirement:
            yield f"requirements.txt: expected {requirement}, as in pyproject.toml"
    groups = document["dependency-groups"]
    for lock_file, requirements in (
        ("requirements-dev.txt", [*groups["dev"], *dependencies]),
        ("requirements-programs.txt", groups["programs"]),
    ):
        locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", _read(lock_file), re.MULTILINE))
        for name in {canonicalize_name(Requirement(text).name) for text in requirements} - locked:
            yield f"{lock_file} lacks {name}; run `make lock`"


def _programs() -> Iterator[str]:
    """Compare the root's project with that of the program that it runs."""
    root, own = (yaml.safe_load(_read(name)) for name in ("Pulumi.yaml", "programs/export_outputs/Pulumi.yaml"))
    if (root["description"], root["config"]) != (own["description"], own["config"]):
        yield "Pulumi.yaml and programs/export_outputs/Pulumi.yaml differ in description or config"
    if root["name"] == own["name"]:
        yield "Pulumi.yaml and programs/export_outputs/Pulumi.yaml have the same name: their stacks would clash"


def _settings() -> Iterator[str]:
    """Check that README has each setting with its variables and its default."""
    names = settings.SettingNames()
    defaults = {
        "token": "",
        "endpoint": settings.DEFAULT_ENDPOINT,
        "httpTimeout": f"{settings.DEFAULT_HTTP_TIMEOUT:g}s",
        "lookupTimeout": f"{settings.DEFAULT_LOOKUP_TIMEOUT:g}s",
    }
    lines = _read("README.md").splitlines()
    for name, default in defaults.items():
        key = names.key(name)
        row = next((line for line in lines if line.startswith(f"| `{key}`")), "")
        for word in (*names.variables(name), *default.split()):
            if f"`{word}`" not in row:
                yield f"README.md: the row of {key} lacks {word}"


def _links() -> Iterator[str]:
    """Check every link inside the project."""
    for page in _pages():
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(CHECKOUT)}: broken link to {target}"


_GENERATORS: tuple[Callable[[], dict[Path, str]], ...] = (
    reference.files,
    troubleshooting.files,
    schema.files,
    _pages_with_files,
    _benchmark_pages,
)
_CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    _generated,
    _versions,
    _requirements,
    _programs,
    _settings,
    _links,
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
