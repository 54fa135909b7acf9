"""Very many lookups in one program, beside another dynamic provider of the user's own."""

import re
import uuid

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.stack.project import Project, said

FOREIGN = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_coreweave_gateway import GatewayLookup

LIMITS = {"most": 3, "least": 1}


def refuse(name):
    raise RuntimeError(f"widget {name} is {LIMITS['most']} too many")


class WidgetProvider(ResourceProvider):
    def create(self, props):
        return CreateResult(props["label"], {**props, **LIMITS})

    def read(self, id_, props):
        try:
            {}[id_]
        except KeyError:
            refuse(id_)


class Widget(Resource):
    most: pulumi.Output[int]

    def __init__(self, name, opts=None):
        super().__init__(WidgetProvider(), name, {"label": name, "most": None}, opts)
"""
"""A dynamic provider as Pulumi's documentation shows it: in the program's own module, pickled with what it uses."""

_LOOKUPS, _FIRST_BROKEN, _EVERY = 200, 10, 20
_PROVIDER_THREADS = 4
_FOREIGN_FAILURE = re.compile(
    r"error: Traceback \(most recent call last\):\n"
    r"(?: {4}.*\n)*?.*KeyError: '(?P<key>broken-\d+)'\n"
    r"\s*\n +During handling of the above exception, another exception occurred:\n\s*\n"
    r" +Traceback \(most recent call last\):\n"
    r"(?: {4}.*\n)*?.* in refuse\n +raise RuntimeError\(.*\n"
    r" +RuntimeError: widget (?P<name>broken-\d+) is 3 too many\n"
)


_ALL_AT_ONCE = """
import asyncio, concurrent.futures, pathlib, time

HERE = pathlib.Path.cwd()


class HolderProvider(ResourceProvider):
    def read(self, id_, props):
        folder = pathlib.Path(props["folder"])
        (folder / f"held-{id_}").touch()
        while not (folder / "all-asked").exists():
            time.sleep(0.05)
        time.sleep(0.5)  # for whatever the SDK asks besides
        refuse(id_)


class Holder(Resource):
    pass


async def wait_for_holders():
    while len(list(HERE.glob("held-*"))) < HOLDERS:
        await asyncio.sleep(0.1)
    executor.left = TOTAL


held = pulumi.Output.from_input(wait_for_holders())


def after_all_are_held(value):
    return held.apply(lambda _: value)


class Counting(concurrent.futures.ThreadPoolExecutor):
    left = None

    def submit(self, *args, **kwargs):
        future = super().submit(*args, **kwargs)
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                (HERE / "all-asked").touch()
        return future


# The SDK asks the engine through it: the same number of threads on every machine, more than the holders take.
executor = Counting(16)
asyncio.get_running_loop().set_default_executor(executor)
for index in range(HOLDERS):
    Holder(HolderProvider(), f"holder-{index}", {"folder": str(HERE)}, pulumi.ResourceOptions(id=f"broken-h{index}"))
"""
"""The first failure ends a program. So these hold all threads of the provider's process up until everything else
waits for one, and then all of it fails at once, however slow the machine is."""


def test_other_providers_tracebacks_stay_complete(project: Project, coreweave_emulator: Emulator) -> None:
    """200 lookups and a user's own resources fail at once: each of their tracebacks is complete, and none is ours."""
    missing = [str(uuid.UUID(int=index + 1, version=4)) for index in range(_LOOKUPS)]
    broken = [f"broken-{index}" for index in range(_FIRST_BROKEN, _LOOKUPS, _EVERY)]
    project.program(
        f"""{FOREIGN}
HOLDERS, TOTAL = {_PROVIDER_THREADS}, {len(missing) + len(broken)}
{_ALL_AT_ONCE}
for index, gateway_id in enumerate({missing!r}):
    GatewayLookup(f"lookup-{{index}}", gateway_id=after_all_are_held(gateway_id))
    if index % {_EVERY} == {_FIRST_BROKEN}:
        name = f"broken-{{index}}"
        Widget(name, pulumi.ResourceOptions(id=after_all_are_held(name)))
"""
    )
    done = project.cli("up", "--yes", "--skip-preview", "--continue-on-error", "--parallel", "400")
    assert done.returncode != 0
    shown = done.stdout.partition("Diagnostics:\n")[2]
    ours = re.findall(r"^ +error: gateway (\S+): not found at .*the gateway's organization$", shown, re.M)
    assert sorted(ours) == missing, shown
    whole = _FOREIGN_FAILURE.findall(shown)
    assert sorted(whole) == sorted((name, name) for name in broken), shown
    # Those of the holders have no exception before.
    holders = [f"RuntimeError: widget broken-h{index} is 3 too many" for index in range(_PROVIDER_THREADS)]
    assert all(shown.count(line) == 1 for line in holders), shown
    assert shown.count("Traceback (most recent call last)") == 2 * len(whole) + len(holders), (
        "a traceback of this package"
    )
    assert "GatewayError" not in shown
    assert "pulumi_coreweave_gateway/" not in shown, "a frame of this package"


def test_thousand_lookups_beside_another_provider(project: Project, coreweave_emulator: Emulator) -> None:
    """1,000 lookups and a user's own dynamic resource work in one program, on no more than four connections."""
    gateways = [sample_gateway(str(uuid.UUID(int=index + 1, version=4)), name=f"g{index}") for index in range(1000)]
    coreweave_emulator.replace(gateways)
    project.program(
        f"""{FOREIGN}
for index in range(1000):
    gateway_id = f"00000000-0000-4000-8000-{{index + 1:012x}}"
    lookup = GatewayLookup(f"lookup-{{index}}", gateway_id=gateway_id)
pulumi.export("last", lookup.name)
pulumi.export("most", Widget("after-all-of-them").most)
"""
    )
    done = project.cli("preview", "--suppress-progress", "--parallel", "64")
    assert done.returncode == 0, said(done)[-5000:]
    assert re.search(r"last: +\"g999\"", done.stdout), done.stdout[-2000:]
    assert "after-all-of-them" in done.stdout
    counts = coreweave_emulator.counts()
    assert counts.by_status == {200: 1000}
    assert counts.connections <= _PROVIDER_THREADS
