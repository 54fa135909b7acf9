"""The exception hierarchy.

::

    GatewayError                    also a pulumi.RunError: one line, without a traceback, if nothing catches it
    ├── InvalidArgumentError        an argument is invalid; nothing was sent
    ├── SettingsError               a setting is missing or invalid; nothing was sent
    ├── APIError                    an HTTP error status; a 429 and most 5xx are retryable
    │   ├── AuthenticationError     401
    │   └── PermissionDeniedError   403
    ├── NotFoundError               no gateway has the ID (404, as the API itself reports it) or the name
    ├── AmbiguousNameError          several gateways have the name
    ├── TransportError              no complete response: DNS, connection, TLS, proxy, or a deadline
    ├── InvalidResponseError        a response that isn't the API's: not JSON, too large, or breaking the contract
    ├── NotReadyError               a gateway isn't ready, though it must be, or wasn't in time
    ├── FleetError                  some gateways of a fleet could not be read
    └── InternalError               a bug in this package

Each message is one line that reads *what failed: reason; remedy*, and none contains a secret. This module imports
neither requests nor pydantic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pulumi.errors import RunError

from .about import DISTRIBUTION, PROJECT_URL

_T = TypeVar("_T")


class GatewayError(RunError):
    """Base class of all errors of this package.

    Args:
        message: The message, on one line.
        http_status: The status of the HTTP response, or None if there was none.
        grpc_code: The code in the error body as a lower-case name, such as ``not_found``.
        request_id: The server's request ID, for a support ticket.
        server_message: The server's own message.
        retryable: Whether the failure is transient, so that a later attempt may succeed.
        retry_after: Seconds that the server asked to wait before the next attempt.
        timed_out: Whether a time limit ended it.

    """

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        grpc_code: str | None = None,
        request_id: str | None = None,
        server_message: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.grpc_code = grpc_code
        self.request_id = request_id
        self.server_message = server_message
        self.retryable = retryable
        self.retry_after = retry_after
        self.timed_out = timed_out

    def reason(self, subject: str) -> str:
        """Return why it failed: the message without its remedy, and without the subject that it starts with."""
        return str(self).removeprefix(f"{subject}: ").partition("; ")[0]

    def about(self, subject: str) -> GatewayError:
        """Return a copy whose message starts with a subject, such as ``lookup 'prod'``."""
        return self.with_message(f"{subject}: {self}")

    def with_message(self, message: str) -> GatewayError:
        """Return a copy with another message."""
        changed = copy(self)
        changed.args = (message,)
        return changed


@contextmanager
def naming(label: str) -> Iterator[None]:
    """Prefix the message of any :class:`GatewayError` with what was being looked up."""
    try:
        yield
    except GatewayError as error:
        raise error.about(label) from None


class InvalidArgumentError(GatewayError):
    """An argument is invalid; nothing was sent.

    Not a ``ValueError`` as well: the SDK wraps one that is raised inside ``apply``, and prints two tracebacks.
    """


class SettingsError(GatewayError):
    """A setting is missing or invalid; nothing was sent."""


class APIError(GatewayError):
    """The API responded with an HTTP error status; ``retryable`` for a 429 and a 5xx, which lasted until the deadline.

    A 404 as the API itself reports it is a :class:`NotFoundError` instead.
    """


class AuthenticationError(APIError):
    """The API rejected the token (401)."""


class PermissionDeniedError(APIError):
    """The token may not read the gateway (403)."""


class NotFoundError(GatewayError):
    """Nothing that the token can see has the ID (404 with the API's code ``not_found``) or the name, or matches."""


class AmbiguousNameError(GatewayError):
    """Several gateways have the name."""


class TransportError(GatewayError):
    """No complete response arrived; ``timed_out`` if it didn't arrive before the deadline."""


class InvalidResponseError(GatewayError):
    """The response isn't the API's: not JSON, too large, or not a gateway as the API describes it."""


class NotReadyError(GatewayError):
    """A gateway isn't ready: ``require_ready`` was given, or a wait failed; ``timed_out`` if its time limit ended it.

    Attributes:
        status: The last known status, or ``""`` if the gateway was never found.
        conditions: The unmet conditions behind the status, each as one phrase.

    """

    status: str = ""
    conditions: tuple[str, ...] = ()


class FleetError(GatewayError):
    """Some gateways of a fleet could not be read.

    Attributes:
        failures: Each failure by gateway ID.

    """

    failures: Mapping[str, GatewayError] = MappingProxyType({})


class InternalError(GatewayError):
    """An unexpected exception: a bug in this package."""

    @classmethod
    def from_exception(cls, subject: str, error: BaseException) -> InternalError:
        """Describe an exception by its class and where it was raised; its message may contain secrets.

        Args:
            subject: What was being looked up.
            error: The exception.

        """
        place, trace = "an unknown place", error.__traceback__
        while trace is not None:
            place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
            trace = trace.tb_next
        return cls(
            f"{subject}: unexpected {type(error).__name__} at {place}: this is a bug in {DISTRIBUTION}; "
            f"please report it at {PROJECT_URL}/issues"
        )


def without_surprises(label: str, call: Callable[[], _T]) -> _T:
    """Return what a call returns, and raise an unexpected exception as an InternalError.

    Args:
        label: What is being looked up.
        call: The call.

    Raises:
        RunError: As the call raises it: an error for the user.
        InternalError: The call has raised anything else. Nothing refers to that exception, because its message and its
            frames may contain secrets.

    """
    try:
        return call()
    except RunError:
        raise
    except Exception as error:  # noqa: BLE001 - described by its class and place alone
        failure = InternalError.from_exception(label, error)
    raise failure
