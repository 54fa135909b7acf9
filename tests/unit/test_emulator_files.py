"""The emulator's YAML file, and what it accepts as a gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator, EmulatorError

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "gateways.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_the_emulator_does_not_know_passes(tmp_path: Path) -> None:
    """A recorded response can be replayed: unknown fields, values of enums and times stay as they are."""
    spec = f"{{id: {ID}, colour: red, zones: null}}"
    status = "{status: 6, mode: STATUS_PAUSED, createdAt: 2025-01-31T08:00:00.123456789Z, conditions: [{status: 2}]}"
    emulator = Emulator(_file(tmp_path, f"gateways:\n- spec: {spec}\n  status: {status}\n"))
    assert emulator.get(ID) == {
        "spec": {"id": ID, "colour": "red", "zones": None},
        "status": {
            "status": 6,
            "mode": "STATUS_PAUSED",
            "createdAt": "2025-01-31T08:00:00.123456789Z",
            "conditions": [{"status": 2}],
        },
    }


def test_example() -> None:
    """The example has a gateway that is READY, with a deployment that is, and another one of each that isn't yet."""
    emulator = Emulator(EXAMPLE_GATEWAYS)
    assert emulator.get("6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")["status"]["status"] == "STATUS_READY"
    assert emulator.get("b7d9e3a2-41c6-4f58-8e0d-92a6c3f1d505")["status"]["status"] == "STATUS_CREATING"
    assert emulator.get("2c8e6b0f-93d4-4a17-b5c1-7e0a4d9f8302")["status"]["status"] == "STATUS_READY"
    assert emulator.get("d41f7a95-0b6c-4e28-8f3a-5c92e1b7d604")["status"]["status"] == "STATUS_CREATING"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("gateways: [", "invalid YAML: "),
        ("gateways: !!bool maybe", "invalid YAML: "),
        ("", "must have the keys gateways or deployments"),
        ("gateways: []\nlatency: 1", "must have the keys gateways or deployments"),
        ("gateways: {a: 1}", "gateways must be a list"),
        ("gateways: [prod]", "gateways[0]: must be an object"),
        ("gateways: [{spec: {name: prod}}]", "gateways[0]: spec.id: must be a UUID such as"),
        ("gateways: [{spec: {id: prod}}]", "not 'prod'"),
        ("gateways: [{spec: {name: !!binary aGk=}}]", "gateways[0]: can't be sent as JSON"),
        (f"gateways: [{{spec: {{id: {ID}}}}}, {{spec: {{id: {ID.upper()}}}}}]", f"gateways[1]: spec.id: {ID} is used"),
    ],
)
def test_error_names_file_and_entry(tmp_path: Path, text: str, reason: str) -> None:
    """An error names the file and the entry, in one line."""
    with pytest.raises(EmulatorError) as caught:
        Emulator(_file(tmp_path, text))
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}/gateways.yaml: ")
    assert reason in message
    assert message.isprintable()
