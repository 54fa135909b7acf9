"""The fault catalogue: one module for each group of rows."""

from ..model import Fault
from . import bodies, dns, heads, lists, proxies, redirects, retry_after, statuses, tcp, tls

FAULTS: tuple[Fault, ...] = (
    *dns.FAULTS,
    *tcp.FAULTS,
    *tls.FAULTS,
    *proxies.FAULTS,
    *statuses.FAULTS,
    *redirects.FAULTS,
    *retry_after.FAULTS,
    *heads.FAULTS,
    *bodies.FAULTS,
    *lists.FAULTS,
)
