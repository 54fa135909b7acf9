"""The engine that is built from source: how Go is called, what is reused, and what is made anew."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from tools.engine import pins
from tools.engine.steps import host_python

from tests.unit.engine_machine import FakeMachine, script


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """Return a machine that has Go and nothing else."""
    machine = FakeMachine(tmp_path)
    machine.go()
    return machine


def _entry(machine: FakeMachine) -> Path:
    (entry,) = machine.entries()
    return entry


def test_the_host_and_its_python_are_beside_the_cli(machine: FakeMachine) -> None:
    """A built engine is complete: CLI, language host with its modules, and a Python for it."""
    machine.run()

    entry = _entry(machine)
    names = {str(file.relative_to(entry)) for file in entry.rglob("*") if file.is_file()}
    assert names == {
        "bin/pulumi",
        "bin/pulumi-language-python",
        "bin/pulumi-resource-pulumi-python",
        "bin/module.py",
        "host-venv/bin/python",
        "engine.json",
    }


def test_go_is_called_as_the_pins_say(machine: FakeMachine) -> None:
    """The CLI is built without debugging symbols or local paths, and with its version in it."""
    machine.run()

    (build,) = [call for call in machine.calls if call.startswith("go build")]
    flags = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={pins.built_version()}"
    assert build.startswith(f"go build -trimpath -ldflags {flags} -o ")
    assert build.endswith(" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")


def test_the_users_go_settings_do_not_disturb_the_build(machine: FakeMachine, tmp_path: Path) -> None:
    """Workspaces, flags and cross-compiling of the user's shell don't reach the build; private proxies do."""
    seen = tmp_path / "seen"
    machine.go(before=f"env > '{seen}'; pwd >> '{seen}'")

    machine.run(GOFLAGS="-mod=vendor", GOWORK="/some/go.work", GOOS="plan9", GOARCH="arm", GOPRIVATE="example.org")

    found = seen.read_text().splitlines()
    settings = dict(line.split("=", 1) for line in found if "=" in line)
    assert settings["GOFLAGS"] == "-modcacherw"
    assert settings["GOWORK"] == "off"
    assert settings["CGO_ENABLED"] == "0"
    assert settings["GOTOOLCHAIN"] == "local"
    assert settings["GOPRIVATE"] == "example.org"
    assert not {"GOOS", "GOARCH"} & settings.keys()
    assert found[-1] == str(machine.checkout / "tools" / "engine" / "build")


@pytest.mark.skipif(sys.platform == "darwin", reason="there, Go's settings are in a folder without a variable")
@pytest.mark.parametrize("moved", [False, True])
def test_go_still_reads_the_users_settings(machine: FakeMachine, tmp_path: Path, *, moved: bool) -> None:
    """While Go's telemetry is kept out of the user's settings folder, what ``go env -w`` has written counts."""
    seen = tmp_path / "seen"
    machine.go(before=f"env > '{seen}'")
    folder = tmp_path / "settings" if moved else machine.home / ".config"

    machine.run(**({"XDG_CONFIG_HOME": str(folder)} if moved else {}))

    assert f"GOENV={folder / 'go' / 'env'}" in seen.read_text().splitlines()
    assert f"XDG_CONFIG_HOME={machine.cache}/.part-" in seen.read_text()


def test_go_uses_what_it_downloaded_before_and_then_its_proxy(machine: FakeMachine, tmp_path: Path) -> None:
    """Modules that the user's Go has are taken from there; the others from wherever that Go takes them."""
    seen = tmp_path / "seen"
    machine.go(before=f"env > '{seen}'")

    machine.run()

    downloads = (machine.home / "go" / "pkg" / "mod" / "cache" / "download").as_uri()
    assert f"GOPROXY={downloads},https://proxy.example" in seen.read_text().splitlines()


def test_go_writes_into_the_cache_alone(machine: FakeMachine) -> None:
    """Modules, packages, telemetry and temporary files of the build are in our cache, and gone after it."""
    folders = '"$GOMODCACHE" "$GOCACHE" "$XDG_CONFIG_HOME"'
    touch = f'mkdir -p {folders} && touch "$GOMODCACHE/m" "$GOCACHE/p" "$XDG_CONFIG_HOME/t" "$TMPDIR/x"'
    machine.go(before=f'{touch} "$GOTMPDIR/y" || exit 1')

    machine.run()

    assert [entry.name for entry in machine.home.iterdir()] == [".cache"]
    assert sorted(entry.name for entry in machine.cache.iterdir()) == [".lock", _entry(machine).name]


@pytest.mark.parametrize("version", ["go1.24.9", "go1.25.3", "go1.9"])
def test_an_old_go_is_refused_before_it_builds(machine: FakeMachine, version: str) -> None:
    """A Go that can't build the CLI is named with the version that can."""
    machine.go(version=version)

    ran = machine.run()

    assert ran.code == 1
    assert f"go build: {machine.tools / 'go'} is {version}; install Go {pins.go_version()} or newer" in ran.said
    assert machine.builds == 0


@pytest.mark.parametrize("version", [f"go{pins.go_version()}", "go1.30rc1", "devel go1.31-abcdef"])
def test_a_go_that_is_new_enough_builds(machine: FakeMachine, version: str) -> None:
    """The pinned Go, a newer one, and one built from Go's own source are all taken."""
    machine.go(version=f"'{version}'")

    assert "built from source" in machine.run().engine


def test_a_failing_build_says_gos_last_words(machine: FakeMachine) -> None:
    """When Go fails, its last lines are shown in one, without the credentials of a proxy."""
    words = "go: downloading a v1\\nwarming\\ncooling\\nhttps://me:secret@proxy.example/x: 403 Forbidden\\n"
    machine.go(before=f"printf '{words}' >&2; exit 1")

    ran = machine.run()

    assert "go build: `go build` failed: warming; cooling; https://***@proxy.example/x: 403 Forbidden" in ran.said
    assert "secret" not in ran.err
    assert machine.entries() == []


def test_a_build_that_does_not_run_is_thrown_away(machine: FakeMachine) -> None:
    """What Go has built is started once before anybody relies on it."""
    machine.go(built="nonsense")

    ran = machine.run()

    assert ran.code == 1
    assert any(line.startswith("go build: ") and line.endswith("which is no version") for line in ran.said)
    assert machine.entries() == []


def test_another_host_needs_no_other_build(machine: FakeMachine) -> None:
    """A changed file of the host makes another engine with the CLI that is there already."""
    before = machine.run().engine
    (machine.host / "module.py").write_text("changed = True\n")

    after = machine.run()

    assert after.engine != before
    version = pins.built_version()
    assert f"Taking the pulumi {version} that was built before; the host beside it is new." in after.said
    assert machine.builds == 1
    hosts = {(entry / "bin" / "module.py").read_text() for entry in machine.entries()}
    assert hosts == {"", "changed = True\n"}


def test_what_python_leaves_beside_the_host_makes_no_other_engine(machine: FakeMachine) -> None:
    """Compiled modules in the checkout are neither copied nor counted as a change."""
    machine.run()
    (machine.host / "__pycache__").mkdir()
    (machine.host / "__pycache__" / "module.cpython-313.pyc").write_text("")

    ran = machine.run()

    assert len(ran.said) == 1
    assert not list(_entry(machine).rglob("*.pyc"))


@pytest.mark.parametrize("file", ["go.mod", "go.sum"])
def test_another_source_is_another_build(machine: FakeMachine, file: str) -> None:
    """After a change of the Go module, the CLI is built anew."""
    machine.run()
    with (machine.checkout / "tools" / "engine" / "build" / file).open("a") as source:
        source.write("\n")

    machine.run()

    assert machine.builds == 2
    assert len(machine.entries()) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": "v3.1.0"}', '{"version": 1, "official_host": "no"}'])
def test_a_damaged_entry_is_made_anew(machine: FakeMachine, content: str) -> None:
    """An entry of the cache that can't be read is replaced, not believed and not complained of."""
    machine.run()
    (_entry(machine) / "engine.json").write_text(content)

    assert "built from source" in machine.run().engine
    assert machine.builds == 2
    assert json.loads((_entry(machine) / "engine.json").read_text())["version"] == pins.built_version()


@pytest.mark.parametrize("part", pins.EXECUTABLES)
def test_an_entry_that_lost_a_part_is_made_anew(machine: FakeMachine, part: str) -> None:
    """An entry of the cache from which somebody removed a file is completed."""
    machine.run()
    (_entry(machine) / "bin" / part).unlink()

    machine.run()

    assert (_entry(machine) / "bin" / part).is_file()


def test_a_host_whose_python_was_uninstalled_gets_another(machine: FakeMachine, tmp_path: Path) -> None:
    """After an upgrade of the Python that the host ran on, the next call mends it, without a build."""
    machine.run()
    python = _entry(machine) / "host-venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(tmp_path / "uninstalled")

    machine.run()

    assert python.is_file()
    assert machine.builds == 1


def test_a_checkout_without_the_host_is_incomplete(machine: FakeMachine) -> None:
    """Where the host's files are missing, it is said before ten minutes are spent."""
    (machine.host / "pulumi-language-python").unlink()

    ran = machine.run()

    said = f"go build: this checkout is incomplete: {machine.host} has no pulumi-language-python"
    assert said in ran.said
    assert machine.builds == 0


def test_a_host_python_that_cannot_be_made_is_said_before_the_build(machine: FakeMachine) -> None:
    """Where packages can't be installed, it is said before ten minutes are spent."""
    text = machine.python.read_text().replace('"-m pip") ;;', '"-m pip") echo no index >&2; exit 1 ;;')
    script(machine.python, text)

    ran = machine.run()

    assert "go build: installing the Pulumi SDK for the fallback host failed: no index" in ran.said
    assert machine.builds == 0


def test_the_cache_is_where_the_user_keeps_caches(machine: FakeMachine, tmp_path: Path) -> None:
    """``XDG_CACHE_HOME`` is honoured, and ignored if it is relative, as its specification says."""
    elsewhere = tmp_path / "elsewhere"

    assert f", in {elsewhere}/pulumi-coreweave-gateway/engine/" in machine.run(XDG_CACHE_HOME=str(elsewhere)).engine
    assert f", in {machine.cache}/" in machine.run(XDG_CACHE_HOME="elsewhere").engine


def test_a_cache_that_cannot_be_written_names_the_way_out(machine: FakeMachine, tmp_path: Path) -> None:
    """Where the cache folder can't be made, the message names it and the variable to set."""
    (tmp_path / "file").write_text("")

    ran = machine.run(XDG_CACHE_HOME=str(tmp_path / "file"))

    assert ran.code == 1
    assert "Not a directory" in ran.err
    assert "name another folder by the environment variable XDG_CACHE_HOME" in ran.err
    assert "Traceback" not in ran.err


def test_this_checkout_has_the_host() -> None:
    """The files that a built engine needs are committed, and executable."""
    committed = pins.host_files()
    for name in pins.EXECUTABLES[1:]:
        assert Path(name) in committed
        assert (pins.HOST_FILES / name).stat().st_mode & 0o111 == 0o111


def test_the_lock_file_has_all_that_the_sdk_needs() -> None:
    """The host's Python gets every distribution that the SDK needs on this platform, with hashes."""
    asked = subprocess.run([sys.executable, "-c", host_python.NEEDED_BY_THE_SDK], check=True, capture_output=True)
    needed = set(json.loads(asked.stdout))
    installed = {pins.normalized(one.metadata["Name"]) for one in metadata.distributions()}
    entries = pins.locked_requirements(needed)

    locked = set(re.findall(r"^([a-z0-9-]+)==", entries, re.MULTILINE))
    assert {"pulumi", "grpcio", "protobuf"} <= locked
    # pip is in every virtual environment.
    assert locked >= (needed & installed) - {"pip"}
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", entries))
