"""A connection within a deadline: from looking the host up to the first of its addresses that answers.

The time-out of urllib3 is for each address of a host anew, and there is none for looking the host up.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from typing import Any

from urllib3.util.connection import allowed_gai_family, create_connection

_SHORTEST = 0.001
"""Seconds; none at all would mean not to wait for anything ever."""


def dial(host: str, port: int, seconds: float, **options: Any) -> socket.socket:
    """Return a socket that is connected to a host.

    Args:
        host: its name or address.
        port: where it listens.
        seconds: how long all of it may take; what is left of that is the time-out of the socket.
        options: what urllib3 sets on a socket.

    Raises:
        OSError: no address answered in time, or the host could not be found.
        UnicodeError: the name can be no host's.

    """
    until = time.monotonic() + seconds
    addresses = look_up(host.strip("[]"), port, seconds)
    failure: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
    for number, address in enumerate(addresses):
        # An address that does not answer leaves time for the others.
        share = (until - time.monotonic()) / (len(addresses) - number)
        if share <= 0:
            raise TimeoutError
        try:
            connected = create_connection((address, port), share, **options)
        except OSError as error:
            failure = error
        else:
            connected.settimeout(max(until - time.monotonic(), _SHORTEST))
            return connected
    raise failure


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host, found on a thread that is given up when the time is over: nothing else ends it.

    Raises:
        OSError: the host could not be found, or not in time.
        UnicodeError: the name can be no host's.

    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass  # a name
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def find() -> None:
        try:
            found.put(_addresses(host, port))
        except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
            found.put(error)

    threading.Thread(target=find, name="coreweave-host", daemon=True).start()
    try:
        answer = found.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM)
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    return list(dict.fromkeys(socket.getnameinfo(address, numeric)[0] for *_, address in found))
