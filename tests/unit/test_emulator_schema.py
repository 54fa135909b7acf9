"""The emulator's schema of a gateway: accepted input, error messages and output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, EmulatorError, sample_gateway
from pulumi_coreweave_gateway.emulator.files import load_gateways
from pulumi_coreweave_gateway.emulator.schema import encode_json, parse_gateway, parse_time

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
FULL = sample_gateway(ID, additional_dns=["llm.example.com"])
FULL["spec"]["endpointConfiguration"] |= {
    "allowedSourceIpRanges": ["192.0.2.0/24", "2001:db8::/32"],
    "edgeProxyMode": "EDGE_PROXY_MODE_DIRECT",
}
SPARSE: dict[str, Any] = {"spec": {"id": ID, "weightsAndBiasesAuth": {}}, "status": {"conditions": [{}]}}


def _load(tmp_path: Path, text: str) -> list[dict[str, Any]]:
    file = tmp_path / "gateways.yaml"
    file.write_text(text, encoding="utf-8")
    return load_gateways(file)


def _entry(spec: str = "", status: str = "") -> str:
    return f"gateways:\n- spec: {{id: {ID}, name: prod, {spec}}}\n  status: {{{status}}}\n"


def test_default_values_are_omitted() -> None:
    """Fields with default values are omitted from responses, as in the real API."""
    condition = {"status": "STATUS_UNSPECIFIED", "reason": None}
    spelled = {"spec": {**SPARSE["spec"], "name": "", "zones": []}, "status": {"conditions": [condition]}}
    assert parse_gateway(spelled) == SPARSE
    assert parse_gateway(FULL) == FULL


def test_json_is_utf_8() -> None:
    """Any text, even a lone surrogate, is encoded as JSON in UTF-8."""
    assert json.loads(encode_json("ü☃\ud800\n").decode()) == "ü☃\ud800\n"


def test_file_has_the_wire_format(tmp_path: Path) -> None:
    """A file holds gateways in the wire format: times stay strings, and nulls count as absent."""
    text = _entry("zones: null", "createdAt: 2025-01-31T08:00:00.123456789Z, conditions: [{status: STATUS_TRUE}]")
    [gateway] = _load(tmp_path, text)
    assert gateway["spec"] == {"id": ID, "name": "prod"}
    assert gateway["status"] == {
        "createdAt": "2025-01-31T08:00:00.123456789Z",
        "conditions": [{"status": "STATUS_TRUE"}],
    }
    assert _load(tmp_path, "gateways:\n") == []
    example = [gateway["status"]["status"] for gateway in load_gateways(EXAMPLE_GATEWAYS)]
    assert example == ["STATUS_READY", "STATUS_CREATING"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("gateways: [", "invalid YAML: "),
        ("gateways: !!python/object:os.system {}", "invalid YAML: could not determine"),
        ("gateways: !!bool maybe", "invalid YAML: "),
        ("", "must have one key, gateways, with a list of gateways"),
        ("gateways: []\nlatency: 1", "must have one key, gateways"),
        ("gateways: {a: 1}", "gateways must be a list"),
        ("gateways: [prod]", "gateways[0]: must be an object, not 'prod'"),
        ("gateways: [{spec: {name: prod}}]", "gateways[0] (prod): spec.id: required"),
        ("gateways: [{status: {}}]", "gateways[0]: spec: required"),
        ("gateways: [{spec: {id: prod}}]", "gateways[0] (prod): spec.id: must be a UUID such as"),
        (_entry() + f"- spec: {{id: {ID.upper()}}}", "spec.id: already used by an earlier gateway"),
        (_entry("colour: red"), f"gateways[0] (prod, {ID}): spec.colour: unknown field"),
        (_entry("zones: US-EAST-04A"), "spec.zones: must be a valid list, not 'US-EAST-04A'"),
        (_entry("zones: [null]"), "spec.zones[0]: must be a valid string, not None"),
        (_entry("coreWeaveAuth: true"), "spec.coreWeaveAuth: must be an object, not True"),
        (_entry("pathBasedRouting: {a: 1}"), "spec.pathBasedRouting.a: unknown field"),
        (_entry("weightsAndBiasesAuth: {enableUsageReports: 1}"), "enableUsageReports: must be a valid boolean, not 1"),
        (_entry("bodyBasedRouting: {}"), "spec.bodyBasedRouting.apiType: required"),
        (_entry("bodyBasedRouting: {apiType: OPENAI}"), "must be 'API_TYPE_OPENAI', not 'OPENAI'"),
        (
            _entry(f"headerBasedRouting: {{headerName: {'x' * 101}}}"),
            "headerName: must have at most 100 characters",
        ),
        (
            _entry(f"endpointConfiguration: {{allowedSourceIpRanges: {['192.0.2.0/24'] * 51}}}"),
            "spec.endpointConfiguration.allowedSourceIpRanges: must have at most 50 items after validation, not 51",
        ),
        (
            _entry("endpointConfiguration: {edgeProxyMode: 1}"),
            "EDGE_PROXY_MODE_MANAGED' or 'EDGE_PROXY_MODE_DIRECT', not 1",
        ),
        (_entry("", "status: 42"), "or 'STATUS_FAILED', not 42"),
        (_entry("", "conditions: [{status: True}]"), "status: must be 'True', 'False', 'Unknown', "),
        (_entry("", "conditions: [{type: A}, {lastUpdateTime: 5}]"), "status.conditions[1].lastUpdateTime: must be"),
        (_entry("", "createdAt: yesterday"), "status.createdAt: must be an RFC 3339 time such as 2025-01-31T08:00:00Z"),
        (r'gateways: [{spec: {name: "a\nb\e[31m", "c\nd": 1}}]', r"gateways[0] (a\nb\x1b[31m): spec."),
    ],
)
def test_error_names_file_entry_and_field(tmp_path: Path, text: str, reason: str) -> None:
    """An error names the file, the entry and the field, in one line."""
    with pytest.raises(EmulatorError) as caught:
        _load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}/gateways.yaml: ")
    assert reason in message
    assert message.isprintable()


def test_error_names_unreadable_file(tmp_path: Path) -> None:
    """The error names a file that isn't text or doesn't exist."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(EmulatorError, match="binary: invalid YAML"):
        load_gateways(tmp_path / "binary")
    with pytest.raises(EmulatorError, match="none: No such file or directory"):
        load_gateways(tmp_path / "none")


def test_times_compare_to_the_nanosecond() -> None:
    """Times are compared in UTC, with all decimals."""
    ordered = [
        "0001-01-01T00:00:00+23:59",
        "1969-12-31T23:59:59Z",
        "1970-01-01T05:30:00.000000001+05:30",
        "1970-01-01T00:00:00.00000001Z",
        "1969-12-31T22:00:00.1-02:00",
    ]
    assert sorted(ordered, key=parse_time) == ordered
    assert parse_time("1970-01-01T05:30:00.5+05:30") == parse_time("1970-01-01T00:00:00.500000000Z")


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-31",
        "2025-01-31T08:00:00",
        "2025-02-30T00:00:00Z",
        "2025-01-31T08:00:61Z",
        "2025-01-31T08:00:00+24:00",
        "2025-01-31T08:00:00.1234567890Z",
        "\u0662\u066025-01-31T08:00:00Z",
        "2025-01-31T08:00:00Z\n",
    ],
)
def test_invalid_time_is_rejected(text: str) -> None:
    """Text that isn't an RFC 3339 time is rejected."""
    with pytest.raises(ValueError, match="must be an RFC 3339 time"):
        parse_time(text)
