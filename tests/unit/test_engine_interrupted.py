"""Several processes that want an engine at once, and those that are stopped while they make one."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.engine_machine import Ended, FakeMachine, is_running

SLOW = """
echo $$ > '{started}'
touch "$GOTMPDIR/half-made"
sleep 300
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[FakeMachine]:
    """Return a machine that has nothing yet."""
    machine = FakeMachine(tmp_path)
    yield machine
    machine.end_all()


def _eventually(true: Callable[[], object]) -> None:
    """Wait until something is so; a minute is far more than it takes."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "waited for a minute in vain"
        time.sleep(0.02)


def _slow_go(machine: FakeMachine, tmp_path: Path) -> Callable[[], int]:
    """Install a Go that takes minutes; return what waits for its process id."""
    started = tmp_path / "started"
    machine.go(before=SLOW.format(started=started))

    def process_id() -> int:
        _eventually(lambda: started.exists() and started.read_text().strip())
        return int(started.read_text())

    return process_id


def test_two_at_once_build_once(machine: FakeMachine, tmp_path: Path) -> None:
    """Of two processes one builds; the other says once that it waits, and takes the same engine."""
    started, go_on = tmp_path / "started", tmp_path / "go on"
    machine.go(before=f"touch '{started}'; while [ ! -e '{go_on}' ]; do sleep 0.05; done")
    first = machine.start()
    _eventually(started.exists)
    second = machine.start()
    assert second.stderr
    heard: list[str] = []
    while not any(line.startswith("Waiting for another process") for line in heard):
        heard.append(second.stderr.readline())
        assert heard[-1], f"it ended without a word of waiting: {heard}"
    go_on.touch()

    built, waited = Ended(first), Ended(second)

    assert machine.builds == 1
    assert waited.said == [built.engine]
    assert len(machine.entries()) == 1


def test_the_one_who_waited_for_a_failure_tries_itself(machine: FakeMachine, tmp_path: Path) -> None:
    """When the process that was waited for fails, the waiting one goes through the ways itself."""
    started, go_on = tmp_path / "started", tmp_path / "go on"
    fails = f"touch '{started}'; while [ ! -e '{go_on}' ]; do sleep 0.05; done; exit 1"
    machine.go(before=f"if [ ! -e '{started}' ]; then {fails}; fi")
    first = machine.start()
    _eventually(started.exists)
    second = machine.start()
    assert second.stderr
    while "Waiting" not in second.stderr.readline():
        pass
    go_on.touch()

    assert Ended(first).code == 1
    assert "built from source" in Ended(second).engine


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=str,
)
def test_an_interrupted_build_leaves_nothing(machine: FakeMachine, tmp_path: Path, number: int, code: int) -> None:
    """Ctrl-C ends Go too, is answered by one line and the usual exit code, and leaves nothing half-made."""
    go = _slow_go(machine, tmp_path)
    process = machine.start()
    building = go()
    process.send_signal(number)

    ran = Ended(process)

    assert ran.code == code
    assert ran.said[-1] == "Interrupted: nothing half-made is left behind. Run it again to get the engine."
    assert "Traceback" not in ran.err
    assert ran.out == ""
    assert machine.entries() == []
    _eventually(lambda: not is_running(building))


def test_an_interrupted_wait_leaves_the_builder_alone(machine: FakeMachine, tmp_path: Path) -> None:
    """Ctrl-C in the one that waits ends that one only."""
    go = _slow_go(machine, tmp_path)
    builder = machine.start()
    building = go()
    waiter = machine.start()
    assert waiter.stderr
    while "Waiting" not in waiter.stderr.readline():
        pass
    waiter.send_signal(signal.SIGINT)

    assert Ended(waiter).code == 130
    assert is_running(building)

    builder.send_signal(signal.SIGINT)
    assert Ended(builder).code == 130


def test_a_killed_build_ends_go_and_the_next_one_cleans_up(machine: FakeMachine, tmp_path: Path) -> None:
    """After SIGKILL no Go goes on, and the next call removes what was half-made and works."""
    go = _slow_go(machine, tmp_path)
    process = machine.start()
    building = go()
    process.kill()
    process.communicate()

    _eventually(lambda: not is_running(building))
    (leftover,) = machine.entries()
    assert leftover.name.startswith(".part-")

    machine.go()
    ran = machine.run()

    assert "built from source" in ran.engine
    assert "Waiting" not in ran.err
    assert not leftover.exists()
    assert len(machine.entries()) == 1


def test_an_interrupted_download_leaves_nothing(machine: FakeMachine, tmp_path: Path) -> None:
    """Ctrl-C during the download ends the installer and all that it has started."""
    started = tmp_path / "started"
    machine.official_server(f"mkdir -p \"$3/bin\"; sleep 300 & echo $! > '{started}'; wait")
    process = machine.start()
    _eventually(lambda: started.exists() and started.read_text().strip())
    process.send_signal(signal.SIGINT)

    assert Ended(process).code == 130
    assert machine.entries() == []
    _eventually(lambda: not is_running(int(started.read_text())))
