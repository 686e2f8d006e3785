"""Download a voice message: from hosts that are known to be the provider's, and never more than `LARGEST_VOICE`.

Where to download from may stand in the message itself, so without the list of hosts a stranger could make us fetch
anything, also from inside the cloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import LARGEST_VOICE
from chalicelib.wire import Flow, Request, Response

SECONDS = 4.0
"""How long one download may be silent: a client waits for what we make of it."""
MOST_REDIRECTS = 2
MOVED = frozenset({301, 302, 303, 307, 308})


def small_enough(told: object) -> None:
    """Raises `Refused` for a size, as a provider tells it (a number or its text), that is too large."""
    size = int(told) if isinstance(told, int) or (isinstance(told, str) and told.isdecimal()) else 0
    if size > LARGEST_VOICE:
        raise Refused(f"a voice message of {size} bytes is too large")


def download(url: str, hosts: Sequence[str], base_url: str, headers: Mapping[str, str] | None = None) -> Flow[bytes]:
    """What is at ``url``, if that is https on one of ``hosts`` (or below it) or the server of ``base_url`` itself.

    ``headers`` go along to the first host only. Raises `Refused` (foreign host, too large, gone), `Unavailable`.
    """
    for _ in range(MOST_REDIRECTS + 1):
        if not _is_known(url, hosts, base_url):
            raise Refused("a voice message is not where the provider keeps them")
        response = yield Request("GET", url, headers=headers or {}, seconds=SECONDS)
        if response.status not in MOVED:
            return _body(response)
        url, headers = urljoin(url, _location(response)), None
    raise Refused("a voice message keeps moving")


def _is_known(url: str, hosts: Sequence[str], base_url: str) -> bool:
    try:
        there, base = urlsplit(url), urlsplit(base_url)
        if there.username is not None or there.password is not None or not there.hostname:
            return False
        if (there.scheme, there.hostname, there.port) == (base.scheme, base.hostname, base.port):
            return True
        ours = any(there.hostname == host or there.hostname.endswith(f".{host}") for host in hosts)
        return ours and there.scheme == "https" and there.port in (None, 443)
    except ValueError:
        return False


def _location(response: Response) -> str:
    return {name.lower(): value for name, value in response.headers.items()}.get("location", "")


def _body(response: Response) -> bytes:
    why = f"HTTP {response.status} instead of a voice message"
    if response.status in (408, 429) or response.status >= 500:
        raise Unavailable(why)
    if response.status != 200 or not response.body:
        raise Refused(why)
    small_enough(len(response.body))
    return response.body
