"""The fault table: one module for each group of rows."""

from __future__ import annotations

from ..model import Fault
from . import (
    bodies,
    contract,
    dns,
    heads,
    ids,
    lists,
    proxies,
    reasons,
    redirects,
    retry_after,
    settings,
    statuses,
    surprises,
    tcp,
    tls,
)

GROUPS: dict[str, tuple[Fault, ...]] = {
    "TCP": tcp.FAULTS,
    "TLS": tls.FAULTS,
    "DNS": dns.FAULTS,
    "Proxies": proxies.FAULTS,
    "HTTP: statuses": statuses.FAULTS,
    "HTTP: reasons": reasons.FAULTS,
    "HTTP: headers": heads.FAULTS,
    "HTTP: redirects": redirects.FAULTS,
    "HTTP: Retry-After": retry_after.FAULTS,
    "HTTP: bodies": bodies.FAULTS,
    "Contract: fields": contract.FAULTS,
    "Contract: surprises": surprises.FAULTS,
    "Contract: all gateways": lists.FAULTS,
    "Settings": settings.FAULTS,
    "Ids": ids.FAULTS,
}
"""The rows of each group, in the order of the table."""
