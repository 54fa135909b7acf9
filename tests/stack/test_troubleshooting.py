"""The messages that docs/troubleshooting.md quotes outside its generated table, and their remedies."""

from __future__ import annotations

import pytest
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.errors import SettingsError
from tests.stack.project import Project, said

PAGE = " ".join((CHECKOUT / "docs" / "troubleshooting.md").read_text(encoding="utf-8").split())
DESTROY = ("destroy", "--yes", "--skip-preview")


@pytest.fixture(name="looked_up")
def _looked_up(project: Project, coreweave_emulator: Emulator) -> str:
    """Return the ID of a gateway that the project looks up, and whose status it exports."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(
        f"""
        import pulumi
        from pulumi_coreweave_gateway import GatewayLookup

        pulumi.export("status", GatewayLookup("prod", gateway_id={gateway_id!r}).status)
        """
    )
    return gateway_id


@pytest.mark.parametrize(
    ("name", "value", "quoted"),
    [
        ("COREWEAVE_API_TOKEN", "'x'", "COREWEAVE_API_TOKEN: invalid token: it is in quotes"),
        ("COREWEAVE_API_TOKEN", "$TOKEN", "COREWEAVE_API_TOKEN: invalid token: it is a variable that was not expanded"),
        (
            "coreweave-gateway:token",
            "Bearer x",
            "coreweave-gateway:token in the stack configuration: invalid token: it starts with 'Bearer '",
        ),
        (
            "COREWEAVE_API_ENDPOINT",
            "http://emulator:8080",
            "COREWEAVE_API_ENDPOINT: invalid endpoint: it must use https",
        ),
    ],
)
def test_invalid_setting(name: str, value: str, quoted: str) -> None:
    """The page quotes the errors of settings."""
    assert f"`{quoted}`" in PAGE
    with pytest.raises(SettingsError) as caught:
        resolve_settings({name: value}.get, {name: value})
    assert str(caught.value).startswith(quoted)


@pytest.mark.parametrize(
    ("file", "quoted"),
    [
        ("queue.py", "AttributeError: module 'queue' has no attribute 'SimpleQueue'"),
        ("select.py", "AttributeError"),
    ],
)
@pytest.mark.usefixtures("looked_up")
def test_file_hides_a_module_of_the_standard_library(project: Project, file: str, quoted: str) -> None:
    """A file such as ``queue.py`` in the project's folder ends the dynamic provider, and renaming it is the remedy."""
    assert f"`{quoted}`" in PAGE
    (project.folder / file).touch()
    done = project.cli("preview")
    assert done.returncode != 0
    assert quoted in said(done)
    assert "could not read plugin [" in said(done)
    assert "/pulumi-resource-pulumi-python]: exit status 1" in said(done)
    (project.folder / file).rename(project.folder / f"own_{file}")
    project.succeed("preview")


@pytest.mark.usefixtures("looked_up")
@pytest.mark.parametrize("remedy", [("state", "unprotect", "--all", "--yes"), ("up", "--yes", "--skip-preview")])
def test_protected_lookup(project: Project, remedy: tuple[str, ...]) -> None:
    """A protected lookup can't be destroyed until the protection is lifted."""
    project.up()
    project.succeed("state", "protect", "--all", "--yes")
    done = project.cli(*DESTROY)
    assert done.returncode != 0
    for quoted in ("cannot be deleted", "because it is protected"):
        assert quoted in said(done)
        assert f"`{quoted}`" in PAGE
    project.succeed(*remedy)
    project.succeed(*DESTROY)


def test_update_plan_with_a_live_value(project: Project, coreweave_emulator: Emulator, looked_up: str) -> None:
    """A plan that holds a live value fails without a message once the value has changed, and a new one works."""
    project.up()
    project.succeed("preview", "--save-plan", "plan.json")
    coreweave_emulator.change(looked_up, status={"status": "STATUS_UPDATING"})
    done = project.cli("up", "--yes", "--skip-preview", "--plan", "plan.json")
    assert done.returncode == 1
    assert "error" not in said(done)
    project.succeed("preview", "--save-plan", "plan.json")
    project.succeed("up", "--yes", "--skip-preview", "--plan", "plan.json")
