"""The wheel, the source distribution, and a program that runs on the wheel alone."""

import importlib.resources
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution
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


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with only the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    install(folder, wheel)
    return folder


def _wheel_reader(dist: Path) -> Callable[[str], bytes]:
    (file,) = dist.glob("*.whl")

    def read(name: str) -> bytes:
        with zipfile.ZipFile(file) as archive:
            return archive.read(f"{_PACKAGE}/{name}")

    return read


def _sdist_reader(dist: Path) -> Callable[[str], bytes]:
    (file,) = dist.glob("*.tar.gz")

    def read(name: str) -> bytes:
        with tarfile.open(file) as archive:
            member = archive.extractfile(f"{file.name.removesuffix('.tar.gz')}/provider/{_PACKAGE}/{name}")
            assert member is not None
            return member.read()

    return read


def _installed_reader(_dist: Path) -> Callable[[str], bytes]:
    return lambda name: (importlib.resources.files(_PACKAGE) / name).read_bytes()


@pytest.mark.parametrize(
    "reader", [_wheel_reader, _sdist_reader, _installed_reader], ids=["wheel", "sdist", "editable"]
)
def test_package_declares_that_it_needs_no_plugin(dist: Path, reader: Callable[[Path], Callable[[str], bytes]]) -> None:
    """`pulumi install` finds that there is no plugin to download, and type checkers find the types."""
    read = reader(dist)
    assert json.loads(read("pulumi-plugin.json")) == {"resource": False}
    assert read("py.typed") == b""


def test_wheel_has_exactly_the_package(wheel: Path) -> None:
    """Every file of the package is in the wheel; tests, tools and caches are not."""
    source = CHECKOUT / "provider" / _PACKAGE
    files = {file.relative_to(source.parent).as_posix() for file in source.rglob("*") if file.is_file()}
    expected = {"pulumi_coreweave_gateway_pytest.py", *(file for file in files if "__pycache__" not in file)}
    info = f"{_PACKAGE}-{Distribution.from_name('pulumi-coreweave-gateway').version}.dist-info/"
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if not name.startswith(info)}
        licences = [name for name in archive.namelist() if name.startswith(info) and name.endswith("/LICENSE")]
    assert found == expected
    assert licences


def test_program_runs_on_the_wheel_alone(
    clean: Path, engine: Engine, coreweave_emulator: Emulator, tmp_path: Path
) -> None:
    """In a clean environment with the wheel, program and provider run the installed package."""
    environ = sandbox_environment(tmp_path / "pulumi", engine.bin, coreweave_emulator.environ)
    project = Project(tmp_path / "project", environ, virtualenv=clean)
    project.configure(gatewayId=coreweave_emulator.add(name="prod"))
    project.program(ONE_LOOKUP + _WHERE)
    project.succeed("up", "--yes", "--skip-preview")
    outputs = project.outputs()
    assert outputs["status"] == "STATUS_READY"
    site = f"{clean}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    assert outputs["program"] == outputs["provider"] == f"{site}/{_PACKAGE}/__init__.py"


def test_wheel_brings_the_plugin(clean: Path, engine: Engine, tmp_path: Path) -> None:
    """The CLI installs the executable that pip installed, and gets the schema from its copy."""
    environ = sandbox_environment(tmp_path / "pulumi", engine.bin, {"PULUMI_IGNORE_AMBIENT_PLUGINS": "true"})
    project = Project(tmp_path / "project", environ)
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
