"""Fixtures of all tests, which isolate them from the developer's settings."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest
from pulumi.runtime import settings

_FOREIGN = ("COREWEAVE_", "CW_", "PULUMI_", "GATEWAY_ID")


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove the developer's settings from the environment, and keep them for the live tests."""
    saved = {name: value for name, value in os.environ.items() if name.startswith(_FOREIGN)}
    request.config.stash[SETTINGS_FROM_OUTSIDE] = saved
    for name in saved:
        del os.environ[name]
    yield
    os.environ.update(saved)


SETTINGS_FROM_OUTSIDE = pytest.StashKey[dict[str, str]]()


@pytest.fixture(autouse=True, scope="session")
def _signals_as_in_a_terminal() -> None:
    """Restore default signal handlers: a process started in the background may inherit ignored signals."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(autouse=True, scope="session")
def _no_reports_of_unused_outputs() -> None:
    """Silence asyncio, as Pulumi's language host does: it reports each output that a failed program leaves behind."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


@pytest.fixture(autouse=True)
def _no_deployment_of_an_earlier_test() -> None:
    """Forget the mocks of earlier tests: the SDK takes a process's first monitor for that of every other thread."""
    settings.configure(settings.Settings(project="project", stack="stack"))
