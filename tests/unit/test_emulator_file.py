"""The emulator's YAML file: what is taken, and how what is wrong is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS
from pulumi_coreweave_gateway.emulator.gateways_file import GatewaysError, load_gateways

if TYPE_CHECKING:
    from pathlib import Path

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "gateways.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _entry(spec: str = "", status: str = "") -> str:
    return f"gateways:\n- spec: {{id: {ID}, name: prod, {spec}}}\n  status: {{{status}}}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("gateways: [", "not YAML: line "),
        ("gateways: !!python/object:os.system {}", "not YAML: line 1, column 11: could not determine"),
        ("gateways: []\ngateways: []", "not YAML: line 2, column 1: the key 'gateways' stands here twice"),
        ("", "must have one key, gateways, with a list of gateways"),
        ("gateway: []", "must have one key, gateways, with a list of gateways"),
        ("gateways: []\nlatency: 1", "unknown key 'latency': there is one key, gateways"),
        ("gateways: {}", "gateways must be a list"),
        ("gateways: [prod]", "gateways[0]: must be an object with fields, not text"),
        ("gateways: [{spec: {name: prod}}]", "gateways[0] (prod): spec.id: is missing"),
        ("gateways: [{status: {}}]", "gateways[0]: spec: is missing"),
        ("gateways: [{spec: {id: prod}}]", "gateways[0] (prod): spec.id: must be a UUID such as"),
        (_entry() + f"- spec: {{id: {ID.upper()}}}", "spec.id: gateways[0] has it already"),
        (
            _entry("colour: red"),
            f"gateways[0] (prod, {ID}): spec.colour: unknown field; known here: id, name,",
        ),
        (_entry("zones: US-EAST-04A"), "spec.zones: must be a list, not text"),
        (_entry("zones: [1]"), "spec.zones[0]: must be text, not the number 1"),
        (_entry("zones: [null]"), "spec.zones[0]: must be text, not nothing"),
        (_entry("organizationId: 7"), "spec.organizationId: must be text, not the number 7"),
        (
            _entry("coreWeaveAuth: true"),
            "spec.coreWeaveAuth: must be an object with fields, not the flag true",
        ),
        (_entry("pathBasedRouting: {a: 1}"), "spec.pathBasedRouting.a: unknown field; known here: none"),
        (_entry("weightsAndBiasesAuth: {enableUsageReports: 1}"), "must be true or false, not the number 1"),
        (_entry("bodyBasedRouting: {}"), "spec.bodyBasedRouting.apiType: is missing"),
        (_entry("bodyBasedRouting: {apiType: OPENAI}"), "must be one of API_TYPE_OPENAI, not 'OPENAI'"),
        (_entry(f"headerBasedRouting: {{headerName: {'x' * 101}}}"), "must have 1 to 100 characters"),
        (_entry("", "status: READY"), "status.status: must be one of STATUS_CREATING, STATUS_UPDATING,"),
        (_entry("", "status: 42"), "STATUS_READY, not the number 42"),
        (_entry("", "conditions: [{status: True}]"), "not the flag true (in YAML, put it into quotes)"),
        (_entry("", "createdAt: yesterday"), "status.createdAt: must be an RFC 3339 time such as"),
        (_entry("", "createdAt: 2025-01-31"), "status.createdAt: must be an RFC 3339 time such as"),
        (_entry("", "createdAt: 2025-02-30T00:00:00Z"), "status.createdAt: must be an RFC 3339 time: day"),
        (_entry("", "createdAt: '2025-01-31T08:00:00.1234567890Z'"), "must be an RFC 3339 time"),
        (
            _entry("", "conditions: [{type: A}, {lastUpdateTime: 5}]"),
            "status.conditions[1].lastUpdateTime: must",
        ),
        (
            r'gateways: [{spec: {name: "a\nb\e[31m", "c\nd\e[31m": 1}}]',
            r"gateways[0] (a\nb\x1b[31m): spec.c\nd\x1b[31m: unknown field",
        ),
        ("gateways: !!bool maybe", "not YAML: a value doesn't fit its tag"),
        ("gateways: !!timestamp soon", "not YAML: a value doesn't fit its tag"),
        ("gateways: !!set [a]", "not YAML: a value doesn't fit its tag"),
    ],
)
def test_wrong_file_is_named_by_file_entry_and_field(tmp_path: Path, text: str, complaint: str) -> None:
    """Whoever wrote a wrong file is told where it is wrong, in one line."""
    path = _file(tmp_path, text)
    with pytest.raises(GatewaysError) as caught:
        load_gateways(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert complaint in message
    assert message.isprintable()


def test_binary_and_missing_files_are_named(tmp_path: Path) -> None:
    """A file that is no text, or isn't there, is named as such."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(GatewaysError, match="binary: not YAML"):
        load_gateways(tmp_path / "binary")
    with pytest.raises(GatewaysError, match="none: No such file or directory"):
        load_gateways(tmp_path / "none")


@pytest.mark.parametrize(
    "time",
    [
        "2025-01-31T08:00:00Z",
        "2025-01-31T08:00:00.123456789Z",
        "2025-01-31t08:00:00+05:30",
        "2016-12-31T23:59:60Z",
    ],
)
def test_times_stay_as_they_were_written(tmp_path: Path, time: str) -> None:
    """A time without quotes, which YAML reads as a date, is answered to the letter."""
    [gateway] = load_gateways(_file(tmp_path, _entry("", f"createdAt: {time}")))
    assert gateway["status"]["createdAt"] == time


def test_every_form_of_the_wire_is_taken(tmp_path: Path) -> None:
    """Answers that were recorded from the real API, with numbers and nulls in them, can be used as a file."""
    recorded = _entry(
        "zones: null, bodyBasedRouting: {apiType: 1}",
        "status: 5, conditions: [{status: STATUS_TRUE}, {status: 2}, {status: Unknown}]",
    )
    [gateway] = load_gateways(_file(tmp_path, recorded))
    assert gateway["spec"] == {"id": ID, "name": "prod", "bodyBasedRouting": {"apiType": "API_TYPE_OPENAI"}}
    assert gateway["status"]["status"] == "STATUS_FAILED"
    assert [one["status"] for one in gateway["status"]["conditions"]] == ["True", "False", "Unknown"]


def test_a_file_without_gateways_is_one(tmp_path: Path) -> None:
    """An organization may have none yet."""
    assert load_gateways(_file(tmp_path, "gateways:\n")) == []


def test_the_example_has_a_ready_and_a_creating_gateway() -> None:
    """A first preview shows both what serves and what doesn't yet."""
    gateways = load_gateways(EXAMPLE_GATEWAYS)
    assert [one["status"]["status"] for one in gateways] == ["STATUS_READY", "STATUS_CREATING"]
