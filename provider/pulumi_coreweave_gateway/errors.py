"""All that can go wrong, as a tree of classes.

::

    GatewayError                      also a pulumi.RunError: one line if nothing catches it
    ├── InvalidArgumentError          what the program passed
    ├── SettingsError
    │   ├── MissingTokenError
    │   └── InvalidSettingError
    ├── APIError                      the API answered, and refused
    │   ├── InvalidRequestError       400
    │   ├── AuthenticationError       401
    │   ├── PermissionDeniedError     403
    │   ├── GatewayNotFoundError      404
    │   ├── ConflictError             409
    │   ├── RateLimitedError          429
    │   ├── UnimplementedError        501
    │   ├── ServerError               other 5xx
    │   ├── RedirectError             3xx: a token is never sent along
    │   └── UnexpectedStatusError     any other
    ├── TransportError                no whole answer came
    │   ├── ConnectionFailedError
    │   ├── CertificateError
    │   └── DeadlineExceededError
    ├── ProtocolError                 an answer came, but not the API's
    │   ├── NotJSONError
    │   ├── ContractError
    │   └── BodyTooLargeError
    ├── NameLookupError               looking a name up among all gateways
    │   ├── NameNotFoundError
    │   └── AmbiguousNameError
    ├── WaitError                     waiting for READY; carries the last status and its conditions
    │   ├── WaitTimeoutError
    │   └── GatewayUnusableError      STATUS_FAILED or STATUS_DELETING
    ├── FleetError                    carries one error for each gateway that failed
    └── UnexpectedError               a defect of this package

Each is one sentence for the user: the object, what happened, what to do next. None holds a secret. This module
imports neither requests nor pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pulumi.errors import RunError

from .about import DISTRIBUTION, PROJECT_URL


class GatewayError(RunError):
    """A lookup failed.

    Args:
        message: one line for the user.
        http_status: the status of the answer, None if there was none.
        grpc_code: the code of the error body as a lower-case name, such as ``not_found``.
        request_id: the server's id of the request, for a support ticket.
        server_message: the server's own words.

    """

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        grpc_code: str | None = None,
        request_id: str | None = None,
        server_message: str | None = None,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.grpc_code = grpc_code
        self.request_id = request_id
        self.server_message = server_message

    def about(self, subject: str) -> GatewayError:
        """Return the same error, its message about a subject such as ``lookup 'prod'``."""
        return _restore(type(self), f"{subject}: {self}", self.__dict__)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all that it carries."""
        return (_restore, (type(self), str(self), self.__dict__))


def _restore(kind: type[GatewayError], message: str, details: dict[str, Any]) -> GatewayError:
    error = kind(message)
    error.__dict__.update(details)
    return error


class InvalidArgumentError(GatewayError):
    """The program passed something that can't be used; nothing was sent.

    Not a ``ValueError`` as well: of one that an Output's value raises, the SDK makes another, with two tracebacks.
    """


class SettingsError(GatewayError):
    """A setting is missing or can't be used; nothing was sent."""


class MissingTokenError(SettingsError):
    """No token is set."""


class InvalidSettingError(SettingsError):
    """A setting has a value that can't be used."""


class APIError(GatewayError):
    """The API answered with an error."""


class InvalidRequestError(APIError):
    """The API did not accept the request (400)."""


class AuthenticationError(APIError):
    """The API did not accept the token (401)."""


class PermissionDeniedError(APIError):
    """The token lacks the role (403)."""


class GatewayNotFoundError(APIError):
    """There is no such gateway, or not in the token's organization (404, in the API's own words: ``not_found``)."""


class ConflictError(APIError):
    """The API found a conflict (409)."""


class RateLimitedError(APIError):
    """The API asks for fewer requests (429), and did so until the deadline."""


class UnimplementedError(APIError):
    """The API does not know the call (501)."""


class ServerError(APIError):
    """The API failed (5xx), and did so until the deadline."""


class RedirectError(APIError):
    """The answer points elsewhere (3xx); it isn't followed, because the token would travel along."""


class UnexpectedStatusError(APIError):
    """The answer has a status that the API does not use."""


class TransportError(GatewayError):
    """No whole answer came."""


class ConnectionFailedError(TransportError):
    """The server could not be reached, or the connection broke."""


class CertificateError(TransportError):
    """The server's certificate could not be verified; not tried again."""


class DeadlineExceededError(TransportError):
    """The lookup took longer than its deadline."""


class ProtocolError(GatewayError):
    """An answer came that is not the API's."""


class NotJSONError(ProtocolError):
    """The answer is not JSON: a proxy or a login page, mostly."""


class ContractError(ProtocolError):
    """The answer is JSON, but not a gateway as the API describes it."""


class BodyTooLargeError(ProtocolError):
    """The answer is larger than any gateway, or holds more values."""


class NameLookupError(GatewayError):
    """A gateway's name does not lead to one gateway."""


class NameNotFoundError(NameLookupError):
    """No gateway has the name."""


class AmbiguousNameError(NameLookupError):
    """Several gateways have the name."""


class WaitError(GatewayError):
    """A gateway did not become ready.

    Attributes:
        status: the last status seen, ``""`` if the gateway was never found.
        conditions: the conditions behind it that are not met, each as one phrase.

    """

    status: str = ""
    conditions: tuple[str, ...] = ()


class WaitTimeoutError(WaitError):
    """It was not ready in time."""


class GatewayUnusableError(WaitError):
    """It never will be: it has failed, or is being deleted."""


class FleetError(GatewayError):
    """Some gateways of a fleet could not be read.

    Attributes:
        failures: the error of each, by the gateway's id.

    """

    failures: Mapping[str, GatewayError] = MappingProxyType({})


class UnexpectedError(GatewayError):
    """Something failed that no one thought of: a defect of this package."""

    @classmethod
    def of(cls, subject: str, error: BaseException) -> UnexpectedError:
        """Describe a foreign exception in one line: its class and its place, not its words (which may hold secrets).

        Args:
            subject: what was being looked up.
            error: the exception, which has been raised.

        """
        place, trace = "", error.__traceback__
        while trace is not None:
            place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
            trace = trace.tb_next
        return cls(
            f"{subject}: unexpected {type(error).__name__} at {place or 'an unknown place'}; this is a defect of "
            f"{DISTRIBUTION}, please report it at {PROJECT_URL}/issues"
        )
