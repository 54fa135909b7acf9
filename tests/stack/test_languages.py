"""Programs in other languages, from the commands that their READMEs and docs/languages.md show."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.engine.ensure import cache_folder, locked
from tools.engine.go_build import Binary
from tools.engine.processes import UnavailableError
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.stack.readmes import PROGRAMS, run_readme

SCHEMA = CHECKOUT / "provider" / "pulumi_coreweave_gateway" / "plugin" / "schema.json"
LANGUAGES = CHECKOUT / "docs" / "languages.md"
YAML = Binary(
    "pulumi-language-yaml",
    "languages",
    "github.com/pulumi/pulumi-yaml",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    "github.com/pulumi/pulumi-yaml/pkg/version.Version",
)
SDKGEN = Binary("sdkgen", "languages", "github.com/pulumi/pulumi/pkg/v3", "./sdkgen", "main.version")

with_registries = pytest.mark.skipif(
    not os.environ.get("TEST_LANGUAGES"), reason="set TEST_LANGUAGES=1 to test with npm's and Go's registries"
)


def built(binary: Binary) -> Path:
    """Return a binary from the cache, building it if it isn't there; skip the test if it can't be built."""
    try:
        with locked(cache_folder(), print) as scratch:
            return binary.build(cache_folder(), scratch, print)
    except UnavailableError as error:
        pytest.skip(f"{binary.name} isn't available: {error}")


def folder_with_yaml_host(engine: Engine, folder: Path) -> Path:
    """Return a folder that has the CLI and the YAML host: the CLI warns of hosts that aren't beside itself."""
    if (engine.bin / YAML.name).exists():
        return engine.bin
    folder.mkdir()
    shutil.copy(engine.bin / "pulumi", folder)
    shutil.copy(built(YAML), folder / YAML.name)
    return folder


@pytest.fixture
def example(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings of an emulator that has the documentation's example gateways."""
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        # Otherwise the CLI prefers a plugin on PATH to the installed one, with a warning.
        yield {**emulator.environ, "PULUMI_IGNORE_AMBIENT_PLUGINS": "true"}


@pytest.mark.parametrize("page", [PROGRAMS / "languages" / "yaml" / "README.md", LANGUAGES], ids=["readme", "docs"])
def test_yaml(engine: Engine, tmp_path: Path, example: dict[str, str], page: Path) -> None:
    """A YAML program previews and runs with live endpoints, and functions are called without a program."""
    environ = sandbox_environment(tmp_path / "pulumi", folder_with_yaml_host(engine, tmp_path / "bin"), example)
    run_readme(page, tmp_path / "checkout", environ, only=("pulumi plugin install", "pulumi do", "languages/yaml"))


@with_registries
def test_typescript(engine: Engine, tmp_path: Path, example: dict[str, str]) -> None:
    """A TypeScript program previews and runs with live endpoints, over the SDK that the CLI generates."""
    if not (engine.bin / "pulumi-language-nodejs").exists():
        pytest.skip("only an official CLI has the Node.js host")
    environ = sandbox_environment(tmp_path / "pulumi", engine.bin, example)
    readme = PROGRAMS / "languages" / "typescript" / "README.md"
    run_readme(readme, tmp_path / "checkout", environ, only=("pulumi plugin install", "languages/typescript"))
    project = tmp_path / "checkout" / "programs" / "languages" / "typescript"
    for snippet in ("getGateway", "getGateways", "getDeployments"):
        shutil.copy(CHECKOUT / "docs" / "snippets" / f"{snippet}.ts", project)
    (project / "mistake.ts").write_text(
        'import * as coreweave from "pulumi-coreweave-gateway";\n'
        'export const mistake = coreweave.getGatewaysOutput({ missing: "ignore" });\n'
    )
    checks = ["npx", "tsc", "--noEmit", "--strict", "--target", "es2020", "--module", "commonjs", "--skipLibCheck"]
    checked = subprocess.run(
        [*checks, "getGateway.ts", "getGateways.ts", "getDeployments.ts", "mistake.ts"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "mistake.ts" in checked.stdout
    assert "getGateway" not in checked.stdout.replace("getGatewaysOutput", "")


@with_registries
def test_go_snippets_compile(tmp_path: Path) -> None:
    """The Go examples compile with the generated SDK."""
    module = "github.com/pulumi-coreweave-gateway/pulumi-coreweave-gateway"
    shutil.copytree(CHECKOUT / "tools" / "engine" / "modules" / "languages", tmp_path / "module")
    sdk = tmp_path / "sdk" / "go"
    subprocess.run([built(SDKGEN), "go", SCHEMA, sdk], check=True)
    (sdk / "go.mod").write_text(f"module {module}/sdk/go\n\ngo 1.24\n")
    with (tmp_path / "module" / "go.mod").open("a") as file:
        file.write(f"\nrequire {module}/sdk/go v0.0.0\n\nreplace {module}/sdk/go => {sdk}\n")
    for snippet in ("getGateway", "getGateways", "getDeployments"):
        program = tmp_path / "module" / snippet
        program.mkdir()
        shutil.copy(CHECKOUT / "docs" / "snippets" / f"{snippet}.go", program)
        subprocess.run(["go", "vet", "-mod=mod", f"./{snippet}"], cwd=tmp_path / "module", check=True, timeout=1200)
