"""The session that requests are sent through.

Proxies and CA bundles are honoured as users of requests expect. The token goes into one header of a request to the
configured server: it is never replaced by an entry in ``.netrc``, never sent along a redirect, and over plain http
only to this machine, past any proxy.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connectionpool import HTTPConnectionPool

from ..about import DISTRIBUTION, PROJECT_URL, VERSION
from ..config import Settings, Token
from .connections import POOLS, watched_by
from .watchdog import Watch


class _Adapter(HTTPAdapter):
    """Has connections of ours, also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _pools(proxy)
        return manager


def _pools(proxy: str) -> dict[str, type[HTTPConnectionPool]]:
    if not urlsplit(proxy).scheme.lower().startswith("socks"):
        return POOLS
    from .socks_proxies import SOCKS_POOLS

    return SOCKS_POOLS


class _Bearer(AuthBase):
    """Puts the token into its header; as the session's auth it also keeps ``.netrc`` out."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class _Session(requests.Session):
    """Does not even look where a redirect leads: requests would read its whole body first, however large."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' own signature
        return None


class Transport:
    """Sends GET requests to the configured server, over kept connections.

    Args:
        settings: whose endpoint and token to use.
        connections: how many connections are kept, and how many requests may be under way at once.

    """

    def __init__(self, settings: Settings, connections: int) -> None:
        self._endpoint = settings.endpoint
        self._session = session = _Session()
        session.auth = _Bearer(settings.token)
        session.headers.update(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"{DISTRIBUTION}/{VERSION} (+{PROJECT_URL})",
            }
        )
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Plain http is for this machine alone, and a proxy is not this machine.
        session.trust_env = settings.endpoint.startswith("https://")
        adapter = _Adapter(pool_connections=4, pool_maxsize=connections, pool_block=True)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        # What every request has in common is made once: for each anew, it costs requests more than sending it.
        self._request = session.prepare_request(requests.Request("GET", settings.endpoint))
        self._options = self._environment()

    def get(self, path: str, seconds: float, watch: Watch) -> requests.Response:
        """Send a request and return the answer, its body unread.

        Args:
            path: the path on the server.
            seconds: how long to wait for a connection, and for each piece of the answer.
            watch: ends it all when the try's time runs out.

        Raises:
            requests.RequestException: no answer came.

        """
        request = self._request.copy()
        request.url = f"{str(request.url).rstrip('/')}{path}"
        try:
            with watched_by(watch):
                return self._session.send(request, timeout=(seconds, seconds), allow_redirects=False, **self._options)
        except TypeError as error:
            # What requests makes of a proxy's URL that has a password and no host.
            raise requests.exceptions.InvalidProxyURL from error

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _environment(self) -> dict[str, Any]:
        """Return what the environment says of proxies and CA bundles, and that bodies are left unread."""
        options = self._session.merge_environment_settings(self._endpoint, {}, True, None, None)
        return dict(options)
