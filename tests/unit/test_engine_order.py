"""In which order ``tools.engine`` looks for a Pulumi CLI, and what it says of each way."""

from pathlib import Path

import pytest
from tools.engine import pins

from tests.unit.engine_machine import FakeMachine, script

BUILT = pins.built_version()
OFFICIAL = f"v{pins.sdk_version()}"
GO = pins.go_version()


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """Return a machine with nothing on it."""
    return FakeMachine(tmp_path)


def test_a_cli_on_path_is_taken_first(machine: FakeMachine) -> None:
    """A CLI that the user has is used, though one could be downloaded or built, and nothing is cached."""
    machine.pulumi("v3.260.0")
    machine.official_server()
    machine.go()

    ran = machine.run()

    assert ran.said == [f"Engine: pulumi v3.260.0 (found on PATH, official Python host), in {machine.tools}"]
    assert machine.calls == ["pulumi version"]
    assert machine.entries() == []
    assert list(machine.home.iterdir()) == []


def test_a_cli_on_path_without_its_language_host_is_passed_over(machine: FakeMachine) -> None:
    """A CLI that can't run Python programs is named in one line, and the next way is taken."""
    cli = machine.pulumi(host=False)
    machine.go()

    ran = machine.run()

    assert f"PATH: {cli} has no `pulumi-language-python` beside it or on PATH; install the whole Pulumi CLI" in ran.said
    assert "built from source" in ran.engine


def test_the_language_host_may_be_in_another_folder_of_path(machine: FakeMachine, tmp_path: Path) -> None:
    """The CLI and its language host needn't be in the same folder."""
    machine.pulumi(host=False)
    machine.tool("pulumi-language-python", "", tmp_path / "more")

    ran = machine.run(PATH=f"{machine.tools}:{tmp_path / 'more'}")

    assert ran.engine.endswith(f"(found on PATH, official Python host), in {machine.tools}")


def test_a_cli_that_is_only_linked_into_path_is_followed(machine: FakeMachine, tmp_path: Path) -> None:
    """Where a package manager links the CLI alone into PATH, the folder of the real one is used."""
    real = machine.pulumi(folder=tmp_path / "cellar")
    (machine.tools / "pulumi").symlink_to(real)

    ran = machine.run()

    assert ran.engine.endswith(f", in {tmp_path / 'cellar'}")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("v2.25.2", "is v2.25.2, and the SDK speaks with v3 only"),
        ("hello", "answered 'hello', which is no version"),
        ("$(echo it is broken >&2; kill $$)", "failed: it is broken"),
    ],
)
def test_a_cli_on_path_that_cannot_be_used_is_passed_over(machine: FakeMachine, answer: str, why: str) -> None:
    """A CLI of another major version or one that doesn't run is named with the reason in one line."""
    machine.pulumi(answer)
    machine.go()

    ran = machine.run()

    assert len([line for line in ran.said if line.startswith("PATH: ") and line.endswith(why)]) == 1, ran.err
    assert "built from source" in ran.engine


def test_an_old_cli_on_path_is_used_with_a_word(machine: FakeMachine) -> None:
    """A CLI older than those the project was tried on is used, but not silently."""
    cli = machine.pulumi("v3.99.0")

    ran = machine.run()

    assert ran.said[0] == f"{cli} is v3.99.0; the oldest that this project was tried on is {BUILT}."
    assert "pulumi v3.99.0" in ran.engine


def test_the_fallback_host_on_path_is_not_called_official(machine: FakeMachine) -> None:
    """A CLI that somebody put together with a copy of our host is told from an official one."""
    cli = machine.pulumi()
    host = machine.host / "pulumi-language-python"
    (cli.parent / "pulumi-language-python").write_bytes(host.read_bytes())

    assert "(found on PATH, fallback Python host)" in machine.run().engine


def test_our_own_cache_on_path_is_not_taken_for_the_users_cli(machine: FakeMachine) -> None:
    """In a shell that has evaluated ``make env``, a newer checkout still gets the host that belongs to it."""
    machine.go()
    old = machine.run("--print-bin", "--python", str(machine.python)).out.strip()
    script(machine.host / "pulumi-language-python", "echo another fallback")

    ran = machine.run("--print-bin", "--python", str(machine.python), PATH=f"{old}:{machine.tools}")

    assert ran.out.strip() != old
    assert "built from source" in ran.engine


def test_a_second_call_starts_nothing(machine: FakeMachine) -> None:
    """A cached engine is found without running any command, even without the tools that made it."""
    machine.go()
    first = machine.run()
    done = len(machine.calls)

    second = machine.run(PATH="/nowhere")

    assert second.said == [first.engine]
    assert len(machine.calls) == done


def test_the_official_download_comes_before_the_build(machine: FakeMachine) -> None:
    """Where the official server can be reached, its CLI and host are cached and used."""
    machine.official_server()
    machine.go()

    ran = machine.run()

    assert f"pulumi {OFFICIAL} (official download, official Python host)" in ran.engine
    assert f"Downloading pulumi {OFFICIAL} from get.pulumi.com (about a minute, once) …" in ran.said
    assert machine.builds == 0
    assert machine.run().said == [ran.engine]


def test_an_incomplete_download_is_not_used(machine: FakeMachine) -> None:
    """A download that lacks a part is named and thrown away, and the next way is taken."""
    machine.official_server('mkdir -p "$3/bin"; cp "$0" "$3/bin/pulumi"')
    machine.go()

    ran = machine.run()

    assert (
        "official download: what was downloaded has no pulumi-language-python and no pulumi-resource-pulumi-python"
        in ran.said
    )
    assert [entry.name.split("-")[0] for entry in machine.entries()] == [BUILT]
    assert "built from source" in ran.engine


def test_each_way_says_what_it_does_and_why_it_does_not_work(machine: FakeMachine) -> None:
    """On the way to a build, there is one line for every way that was tried."""
    machine.go()

    said = machine.run().said

    assert said[:-1] == [
        "PATH: there is no `pulumi` on it",
        f"cache: {machine.cache} has none for this checkout yet",
        f"Asking get.pulumi.com for pulumi {OFFICIAL} (at most 15 seconds) …",
        "official download: reaching get.pulumi.com failed: URLError: no route to it",
        f"Building pulumi {BUILT} from source with go1.26.0 (8 to 10 minutes on two cores, once; then it is cached) …",
    ]


def test_when_nothing_works_one_message_tells_all(machine: FakeMachine) -> None:
    """With no way left, the message lists what was tried and why it failed, and what to install."""
    ran = machine.run()

    assert ran.code == 1
    assert ran.out == ""
    install = (
        f"Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go {GO} or newer (https://go.dev/dl/),"
        " put it on PATH, and run this again."
    )
    assert ran.said[-6:] == [
        "No Pulumi CLI could be had on this machine. Tried:",
        "  PATH: there is no `pulumi` on it",
        f"  cache: {machine.cache} has none for this checkout yet",
        "  official download: reaching get.pulumi.com failed: URLError: no route to it",
        f"  go build: there is no `go` on PATH; install Go {GO} or newer",
        install,
    ]
    assert machine.entries() == []


def test_without_a_python_that_has_the_sdk_both_ways_say_so(machine: FakeMachine) -> None:
    """A forgotten virtual environment is named, not the failure that it leads to."""
    machine.go()
    machine.python.unlink()

    ran = machine.run()

    assert ran.code == 1
    missing = f"there is no {machine.python}"
    assert f"official download: it needs a Python with the Pulumi SDK, and {missing}" in ran.said
    assert f"go build: the fallback host needs a Python with the Pulumi SDK, and {missing}" in ran.said
