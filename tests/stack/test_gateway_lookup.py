"""``GatewayLookup`` on the real engine: preview, up, refresh, destroy."""

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.programs import MAKER, ONE_LOOKUP
from tests.stack.project import Project, errors, said


@pytest.fixture
def gateway_id(coreweave_emulator: Emulator, project: Project) -> str:
    """Return the id of a READY gateway that the project's program looks up."""
    found = coreweave_emulator.add(name="prod")
    project.configure(gatewayId=found)
    project.program(ONE_LOOKUP)
    return found


def test_first_preview_shows_live_outputs(project: Project, gateway_id: str) -> None:
    """The first preview reads the gateway and shows its endpoint, status and zone."""
    done = project.cli("preview")
    assert done.returncode == 0, said(done)
    for shown in (f"https://api.{gateway_id}.gw.cwinference.com", "STATUS_READY", "US-EAST-04A", "read"):
        assert shown in done.stdout
    assert "output<" not in done.stdout
    assert "Traceback" not in said(done)


def test_second_up_changes_nothing(project: Project, gateway_id: str, coreweave_emulator: Emulator) -> None:
    """After up, a second preview and a second up show no change, and destroy sends no request."""
    outputs = project.up()
    endpoint = f"https://api.{gateway_id}.gw.cwinference.com"
    assert outputs["endpoint"] == endpoint
    assert outputs["openai_base_url"] == f"{endpoint}/v1"
    assert outputs["ready"] is True
    assert outputs["zones"] == ["US-EAST-04A"]
    assert outputs["api_type"] == "API_TYPE_OPENAI"
    assert outputs["routing"] == {"enabled": True, "apiType": "API_TYPE_OPENAI"}
    assert outputs["conditions"][0]["type"] == "Ready"

    (entry,) = project.lookups()
    assert entry["external"] is True
    assert entry["id"] == gateway_id
    project.succeed("preview", "--expect-no-changes")
    second = project.cli("preview", "--diff")
    assert "unchanged" in second.stdout, said(second)
    assert "=>" not in second.stdout, second.stdout

    project.up()
    again = {key: value for key, value in project.lookups()[0].items() if key not in {"modified"}}
    assert again == {key: value for key, value in entry.items() if key not in {"modified"}}

    coreweave_emulator.forget_requests()
    project.succeed("destroy", "--yes")
    assert coreweave_emulator.counts().requests == 0
    assert project.lookups() == []


def test_gateway_without_endpoints_shows_no_change(project: Project, coreweave_emulator: Emulator) -> None:
    """A gateway without endpoints and optional fields shows no change in the second preview."""
    bare = {"spec": {"id": "00000000-0000-4000-8000-000000000001"}}
    project.configure(gatewayId=coreweave_emulator.add(bare))
    project.program(ONE_LOOKUP)
    outputs = project.up()
    assert outputs["status"] == "STATUS_UNSPECIFIED"
    assert outputs["endpoints"] == []
    done = project.cli("preview", "--diff")
    assert "unchanged" in done.stdout
    assert "output<" not in done.stdout, done.stdout
    assert "~" not in done.stdout, done.stdout


def test_change_at_the_api_is_shown_and_stored(project: Project, gateway_id: str, coreweave_emulator: Emulator) -> None:
    """A change shows in the exports of a preview and by field with --diff; up and refresh both store it."""
    project.up()
    coreweave_emulator.change(
        gateway_id, status={"status": "STATUS_UPDATING", "endpoints": ["https://new.example.com"]}
    )
    plain = project.cli("preview")
    assert "https://new.example.com" in plain.stdout
    diff = project.cli("preview", "--diff")
    assert '"STATUS_READY" => "STATUS_UPDATING"' in diff.stdout, diff.stdout
    assert "endpoint " in diff.stdout
    assert project.up()["endpoint"] == "https://new.example.com"

    coreweave_emulator.change(gateway_id, status={"status": "STATUS_READY"})
    project.succeed("refresh", "--yes")
    assert project.lookups()[0]["outputs"]["status"] == "STATUS_READY"


def test_unknown_id_defers_the_read(project: Project, coreweave_emulator: Emulator) -> None:
    """While the gateway is yet to be created, a preview sends no request and shows unknown values; ``up`` reads it."""
    gateway_id = coreweave_emulator.add(name="made")
    project.program(
        f"""{MAKER}
    from pulumi_coreweave_gateway import GatewayLookup
    made = Maker("made", "{gateway_id}")
    pulumi.export("endpoint", GatewayLookup("prod", gateway_id=made.id).endpoint)
    """
    )
    project.succeed("preview")
    assert coreweave_emulator.counts().requests == 0
    assert project.up()["endpoint"].startswith("https://api.")
    (entry,) = project.lookups()
    assert any("made" in urn for urn in entry["dependencies"])


def test_pending_dependency_defers_the_read(project: Project, coreweave_emulator: Emulator) -> None:
    """A known ID is read after its dependencies, in a component too; once they exist, a preview reads it."""
    gateway_id = coreweave_emulator.add(name="known")
    project.program(
        f"""{MAKER}
    from pulumi_coreweave_gateway import GatewayLookup

    class Platform(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("shop:index:Platform", name)
            Maker("inside", "{gateway_id}", pulumi.ResourceOptions(parent=self))
            self.register_outputs({{}})

    maker, platform = Maker("made", "{gateway_id}"), Platform("platform")
    after = GatewayLookup("after", gateway_id="{gateway_id}", opts=pulumi.ResourceOptions(depends_on=maker))
    within = GatewayLookup("within", gateway_id="{gateway_id}",
                           opts=pulumi.ResourceOptions(depends_on=[platform]))
    pulumi.export("endpoint", after.endpoint)
    """
    )
    project.succeed("preview")
    assert coreweave_emulator.counts().requests == 0
    project.up()
    assert coreweave_emulator.counts().requests == 2
    project.succeed("preview")
    assert coreweave_emulator.counts().requests == 4
    after = next(entry for entry in project.lookups() if entry["urn"].endswith("::after"))
    assert any(urn.endswith("::made") for urn in after["dependencies"])


def test_missing_gateway_is_one_line_and_changes_nothing(
    project: Project, gateway_id: str, coreweave_emulator: Emulator
) -> None:
    """A gateway that isn't found fails preview and up with one line, and its entry in the state stays."""
    project.up()
    before = project.lookups()
    coreweave_emulator.remove(gateway_id)
    for command in (("preview",), ("up", "--yes")):
        done = project.cli(*command)
        assert done.returncode != 0
        lines = [line for line in said(done).splitlines() if "not found" in line]
        assert lines, said(done)
        assert gateway_id in lines[0]
        assert coreweave_emulator.url in lines[0]
        assert "the gateway's organization" in lines[0]
        assert "Traceback" not in said(done)
        assert project.lookups() == before


def test_refresh_removes_a_deleted_gateway(project: Project, gateway_id: str, coreweave_emulator: Emulator) -> None:
    """A refresh removes a deleted gateway from the state, as it does with every resource."""
    project.up()
    coreweave_emulator.remove(gateway_id)
    project.succeed("refresh", "--yes")
    assert project.lookups() == []


def test_secret_id_is_read(project: Project, coreweave_emulator: Emulator) -> None:
    """An ID from a secret setting works; the state holds it as the resource's ID."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(
        f"""
        import pulumi
        from pulumi_coreweave_gateway import GatewayLookup
        gateway = GatewayLookup("prod", gateway_id=pulumi.Output.secret("{gateway_id.upper()}"))
        pulumi.export("status", gateway.status)
        """
    )
    assert project.up()["status"] == "STATUS_READY"
    assert project.lookups()[0]["id"] == gateway_id


@pytest.mark.parametrize(
    ("gateway_id", "why"),
    [
        ("pulumi.Output.from_input('prod')", "pass a gateway's name as gateway_name"),
        ("pulumi.Output.from_input(None)", "expected a gateway's UUID as a string, not NoneType"),
        ("pulumi.Output.secret('prod')", "'prod' is not a UUID"),
    ],
)
def test_invalid_id_from_an_output_is_one_line(
    project: Project, coreweave_emulator: Emulator, gateway_id: str, why: str
) -> None:
    """An invalid value of an Output is a one-line error, as if the program had passed the value itself."""
    project.program(
        f"""
        import pulumi
        from pulumi_coreweave_gateway import GatewayLookup
        GatewayLookup("prod", gateway_id={gateway_id})
        """
    )
    done = project.cli("preview")
    assert done.returncode != 0
    (error,) = errors(done)
    assert why in error
    assert "Traceback" not in said(done)
    assert coreweave_emulator.counts().requests == 0


def test_whole_lookups_are_known_in_the_first_preview(project: Project, coreweave_emulator: Emulator) -> None:
    """A lookup that is exported as a whole is completely known in the first preview, with its ID."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(
        f"""
        import pulumi
        from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup
        pulumi.export("one", GatewayLookup("one", gateway_id="{gateway_id}"))
        pulumi.export("fleet", GatewaysLookup("fleet", gateway_ids=["{gateway_id}"]))
        """
    )
    shown = project.succeed("preview")
    assert "unknown" not in shown
    outputs = project.up()
    assert outputs["one"]["id"] == gateway_id
    assert outputs["fleet"]["gatewayIds"] == [gateway_id]


MAKERS = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup, get_gateway_output, get_gateways_output

class Provider(ResourceProvider):
    def create(self, props):
        if props["fail"]:
            raise Exception("quota exceeded")
        return CreateResult("{gateway_id}", {{}})

class Maker(Resource):
    def __init__(self, name, fail):
        super().__init__(Provider(), name, {{"fail": fail}})

Maker("other", False)
made = Maker("made", {fail})
"""


def test_failed_read_keeps_the_stack_outputs(project: Project, coreweave_emulator: Emulator) -> None:
    """With --continue-on-error, no ``apply`` sees the values of a failed read, and no stack output changes."""
    project.program(
        MAKERS.format(gateway_id=coreweave_emulator.add(name="prod"), fail=False)
        + """
gateway = GatewayLookup("prod", gateway_id=made.id)
fleet = GatewaysLookup("fleet", gateway_ids=[made.id])
pulumi.export("base url", gateway.endpoint.apply(lambda endpoint: f"base url is {endpoint}"))
pulumi.export("status", gateway.status)
pulumi.export("endpoints", fleet.endpoints)
"""
    )
    before = project.up()
    coreweave_emulator.script(403, times=None)
    done = project.cli("up", "--yes", "--skip-preview", "--continue-on-error")
    assert done.returncode != 0
    assert "permission denied by" in said(done)
    assert "has no values, because its read failed or was skipped" in said(done)
    assert "Traceback" not in said(done)
    assert project.outputs() == before


@pytest.mark.parametrize(
    ("lookup", "option"),
    [
        ("GatewayLookup('prod', gateway_id=made.id)", "--target=**other"),
        ("get_gateway_output(made.id).endpoint", "--continue-on-error"),
        (
            "get_gateways_output(zones=['US-EAST-04A'], opts=pulumi.InvokeOutputOptions(depends_on=[made]))",
            "--exclude=**made",
        ),
    ],
)
def test_lookup_of_a_skipped_or_failed_resource_is_an_error(
    project: Project, coreweave_emulator: Emulator, lookup: str, option: str
) -> None:
    """In ``up``, a lookup of a resource that was skipped or failed is an error with the remedy; no output is saved.

    ``destroy --run-program`` then succeeds with functions, and with a resource it names the command that does.
    """
    makers = MAKERS.format(gateway_id=coreweave_emulator.add(name="prod"), fail=True)
    project.program(f"{makers}pulumi.export('gateway', {lookup})\n")
    done = project.cli("up", "--yes", "--skip-preview", option)
    assert done.returncode != 0, said(done)
    assert (
        ": can't be read, because a resource that it depends on was skipped or failed; with --target or --exclude, "
        "include that resource"
    ) in said(done)
    assert project.outputs() == {}
    done = project.cli("destroy", "--yes", "--skip-preview", "--run-program")
    if lookup.startswith("GatewayLookup"):
        assert "was skipped or failed; run `pulumi destroy` without --run-program" in said(done)
        project.succeed("destroy", "--yes", "--skip-preview")
    assert project.state() == []
