"""The wheel, the source distribution, and a program that runs on the wheel alone."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.installation import build, install
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.about import VERSION
from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.programs import ONE_LOOKUP
from tests.stack.project import Project

_PACKAGE = "pulumi_coreweave_gateway"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """Return the wheel."""
    (found,) = dist.glob("*.whl")
    return found


def test_package_declares_that_it_needs_no_plugin(dist: Path) -> None:
    """In both, `pulumi install` finds that there is no plugin to download, and type checkers find the types."""
    folder = dist / "unpacked"
    shutil.unpack_archive(next(dist.glob("*.whl")), folder, "zip")
    shutil.unpack_archive(next(dist.glob("*.tar.gz")), folder)
    packages = [folder / _PACKAGE, *folder.glob(f"*/provider/{_PACKAGE}")]
    assert len(packages) == 2
    for package in packages:
        assert json.loads((package / "pulumi-plugin.json").read_text()) == {"resource": False}
        assert (package / "py.typed").exists()


def test_wheel_has_exactly_the_package(wheel: Path) -> None:
    """Every file of the package is in the wheel; tests, tools and caches are not."""
    source = CHECKOUT / "provider" / _PACKAGE
    files = {file.relative_to(source.parent).as_posix() for file in source.rglob("*") if file.is_file()}
    expected = {"pulumi_coreweave_gateway_pytest.py", *(file for file in files if "__pycache__" not in file)}
    info = f"{_PACKAGE}-{VERSION}.dist-info/"
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if not name.startswith(info)}
        licences = [name for name in archive.namelist() if name.startswith(info) and name.endswith("/LICENSE")]
    assert found == expected
    assert licences


def test_wheel_alone_runs_a_program_and_brings_the_plugin(
    wheel: Path, engine: Engine, coreweave_emulator: Emulator, tmp_path: Path
) -> None:
    """With the wheel alone, program and provider run the installed package, and the CLI gets the plugin's schema."""
    clean = tmp_path / "clean"
    install(clean, wheel)
    extra = {**coreweave_emulator.environ, "PULUMI_IGNORE_AMBIENT_PLUGINS": "true"}
    environ = sandbox_environment(tmp_path / "pulumi", engine.bin, extra)
    project = Project(tmp_path / "project", environ, virtualenv=clean)
    project.configure(gatewayId=coreweave_emulator.add(name="prod"))
    project.program(ONE_LOOKUP + _WHERE)
    project.succeed("up", "--yes", "--skip-preview")
    outputs = project.outputs()
    assert outputs["status"] == "STATUS_READY"
    site = f"{clean}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    assert outputs["program"] == outputs["provider"] == f"{site}/{_PACKAGE}/__init__.py"

    executable = clean / "bin" / "pulumi-resource-coreweave-gateway"
    project.succeed("plugin", "install", "resource", "coreweave-gateway", VERSION, "--file", str(executable))
    schema = json.loads(project.succeed("package", "get-schema", f"coreweave-gateway@{VERSION}"))
    assert schema == json.loads((CHECKOUT / "provider" / _PACKAGE / "plugin" / "schema.json").read_text("utf-8"))


_WHERE = """
    from pulumi.dynamic import CreateResult, Resource, ResourceProvider

    class WhereProvider(ResourceProvider):
        def create(self, props):
            import pulumi_coreweave_gateway
            return CreateResult("where", {"file": pulumi_coreweave_gateway.__file__})

    class Where(Resource):
        file: pulumi.Output[str]

        def __init__(self):
            super().__init__(WhereProvider(), "where", {"file": None})

    import pulumi_coreweave_gateway
    pulumi.export("program", pulumi_coreweave_gateway.__file__)
    pulumi.export("provider", Where().file)
"""
"""Exports the package's path in the program's process and in that of dynamic providers."""
