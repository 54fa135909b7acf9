"""Checks of whatever is derived or written twice: ``python -m tools.checks`` (``--write`` mends what it can)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from benchmarks import report
from benchmarks.results import Results
from packaging.requirements import Requirement

from pulumi_coreweave_gateway import about
from pulumi_coreweave_gateway import config as settings
from tools import reference, schema, troubleshooting
from tools.sandbox import CHECKOUT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_README = CHECKOUT / "README.md"
_EMBEDDED = re.compile(r"(<!-- file: (\S+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)
_PLUGIN_VERSION = re.compile(r"\bcoreweave-gateway(?:[ @]|==|-v)(\d+\.\d+\.\d+)")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")


def main(arguments: list[str]) -> int:
    """Run all checks, print what they find, and return the exit code."""
    if "--write" in arguments:
        reference.main([])
        troubleshooting.main(["--write"])
        schema.main([])
        for page in _pages():
            page.write_text(_with_files(page), encoding="utf-8")
        report.write(Results.load(report.RESULTS))
    found = [finding for check in _CHECKS for finding in check()]
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


def _project() -> dict[str, object]:
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        project: dict[str, object] = tomllib.load(file)["project"]
    return project


def _pages() -> list[Path]:
    return [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("programs/**/README.md")]


def _version() -> Iterator[str]:
    """Find the one version in pyproject.toml, in the package and at the top of the changelog."""
    project = _project()
    if (project["name"], project["version"]) != (about.DISTRIBUTION, about.VERSION):
        yield "about.py and pyproject.toml name different distributions or versions"
    newest = re.search(r"^## \[([^\]]+)\]", (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if newest is None or newest[1] not in {about.VERSION, "Unreleased"}:
        yield f"CHANGELOG.md does not begin with {about.VERSION} or Unreleased"


def _plugin_version() -> Iterator[str]:
    """Find the version in whatever names the plugin with one."""
    files = [*_pages(), CHECKOUT / "plugin/requirements.txt", CHECKOUT / "programs/languages/typescript/Pulumi.yaml"]
    for file in files:
        for version in _PLUGIN_VERSION.findall(file.read_text(encoding="utf-8")):
            if version != about.VERSION:
                yield f"{file.relative_to(CHECKOUT)}: names version {version} of the plugin, not {about.VERSION}"


def _requirements() -> Iterator[str]:
    """Find what the package asks for in requirements.txt, and the dependency groups in the lock files."""
    project = _project()
    wanted = [Requirement(str(text)) for text in project["dependencies"]]  # type: ignore[attr-defined]
    lines = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = {one.name: one for one in (Requirement(line) for line in lines if re.match(r"[a-z]", line))}
    for requirement in wanted:
        # urllib3 comes with requests; a user's list names what the user asked for.
        if requirement.name != "urllib3" and listed.get(requirement.name) != requirement:
            yield f"requirements.txt: expected {requirement}, as in pyproject.toml"
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        groups = tomllib.load(file)["dependency-groups"]
    yield from _unlocked("requirements-dev.txt", [*groups["dev"], *map(str, wanted)])
    yield from _unlocked("requirements-programs.txt", groups["programs"])


def _unlocked(lock_file: str, requirements: list[str]) -> Iterator[str]:
    """Find the requirements that a lock file lacks."""
    text = (CHECKOUT / lock_file).read_text(encoding="utf-8")
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))
    for requirement in requirements:
        name = re.sub(r"[-_.]+", "-", Requirement(requirement).name).lower()
        if name not in locked:
            yield f"{lock_file} lacks {name}: run `make lock`"


def _programs() -> Iterator[str]:
    """Compare the root's project with that of the program which it runs."""
    root = yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text(encoding="utf-8"))
    own = yaml.safe_load((CHECKOUT / "programs/export_outputs/Pulumi.yaml").read_text(encoding="utf-8"))
    if (root["description"], root["config"]) != (own["description"], own["config"]):
        yield "Pulumi.yaml and programs/export_outputs/Pulumi.yaml differ in description or config"
    if root["name"] == own["name"]:
        yield "Pulumi.yaml and programs/export_outputs/Pulumi.yaml have the same name: stacks of both would clash"


def _settings() -> Iterator[str]:
    """Find each setting and its default in README."""
    readme = _README.read_text(encoding="utf-8")
    names = settings.SettingNames()
    defaults = {
        "token": "",
        "endpoint": settings.DEFAULT_ENDPOINT,
        "httpTimeout": f"{settings.DEFAULT_HTTP_TIMEOUT:g}s",
        "lookupTimeout": f"{settings.DEFAULT_LOOKUP_TIMEOUT:g}s",
    }
    rows = {names.key(name): f"{' '.join(names.variables(name))} {default}" for name, default in defaults.items()}
    for key, words in rows.items():
        row = next((line for line in readme.splitlines() if line.startswith(f"| `{key}`")), "")
        for word in words.split():
            if f"`{word}`" not in row:
                yield f"README.md: the row of {key} lacks {word}"


def _links() -> Iterator[str]:
    """Follow every link inside the project."""
    for page in _pages():
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(CHECKOUT)}: the link to {target} leads nowhere"


def _files() -> Iterator[str]:
    """Compare code shown in a page with the file that the tests run."""
    for page in _pages():
        if page.read_text(encoding="utf-8") != _with_files(page):
            yield f"{page.relative_to(CHECKOUT)}: shows a file as it isn't; run `make docs`"


def _with_files(page: Path) -> str:
    def current(found: re.Match[str]) -> str:
        return found[1] + (page.parent / found[2]).read_text(encoding="utf-8") + found[4]

    return _EMBEDDED.sub(current, page.read_text(encoding="utf-8"))


def _benchmark() -> Iterator[str]:
    """Compare the pages and the plot that show the benchmark's results with the results file."""
    for page, content in report.files(Results.load(report.RESULTS)).items():
        if page.read_text(encoding="utf-8") != content:
            yield f"{page.relative_to(CHECKOUT)} does not show benchmarks/results.json; run `make docs`"


def _reference() -> Iterator[str]:
    """Compare docs/reference.md with the docstrings."""
    if reference.main(["--check"]):
        yield "docs/reference.md is stale"


def _troubleshooting() -> Iterator[str]:
    """Compare docs/troubleshooting.md with the faults that the tests run."""
    if troubleshooting.main([]):
        yield "docs/troubleshooting.md is stale"


def _schema() -> Iterator[str]:
    """Compare the plugin's schema with the output types."""
    if schema.main(["--check"]):
        yield f"{schema.SCHEMA.relative_to(CHECKOUT)} is stale; run `make docs`"


_CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    _version,
    _plugin_version,
    _requirements,
    _programs,
    _settings,
    _links,
    _files,
    _benchmark,
    _reference,
    _troubleshooting,
    _schema,
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
