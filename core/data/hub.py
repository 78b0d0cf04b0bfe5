"""Whether the Hugging Face Hub answers at all.

Left alone, the libraries retry an unreachable hub for half a minute and more. Here it is asked once, with a
short timeout; when it is silent, whoever reads from it looks into the cache only. Knows nothing of datasets or models.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from core.errors import causes

if TYPE_CHECKING:
    import httpx2 as httpx

REMEMBER_SECONDS = 30.0
TIMEOUT_SECONDS = 2.0
_answers: dict[str, tuple[float, bool]] = {}


def switched_off() -> bool:
    """Whether the user forbids the libraries to ask the hub (`HF_HUB_OFFLINE`)."""
    from huggingface_hub import constants

    return bool(constants.is_offline_mode())


def reachable() -> bool:
    """Whether the hub (`HF_ENDPOINT`) answers in `TIMEOUT_SECONDS`; asked once in 30 seconds at most."""
    from huggingface_hub import constants, get_session

    if switched_off():
        return False
    endpoint = str(constants.ENDPOINT)
    asked, answered = _answers.get(endpoint, (0.0, False))
    if not asked or time.monotonic() - asked > REMEMBER_SECONDS:
        heard = threading.Event()
        # The session is made here, so that importing its parts does not eat up the time allowed.
        probe = threading.Thread(target=_probe, args=(get_session(), endpoint, heard), daemon=True)
        # In a thread of its own: resolving a name has no timeout that could be set.
        probe.start()
        probe.join(TIMEOUT_SECONDS)
        answered = heard.is_set()
        _answers[endpoint] = (time.monotonic(), answered)
    return answered


def forget() -> None:
    """Ask anew at the next `reachable`, such as when the user clicks Try again."""
    _answers.clear()


def _probe(session: httpx.Client, endpoint: str, heard: threading.Event) -> None:
    """One request with the libraries' own client: proxies and certificates are the same as in the real request."""
    import httpx2 as httpx

    try:
        response = session.head(f"{endpoint}/", timeout=TIMEOUT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return
    # A gateway's 502, 503 or 504 means that the hub behind it does not answer; any other status is its own.
    if response.status_code not in (502, 503, 504):
        heard.set()


def is_network(error: BaseException) -> bool:
    """Whether an error, or what caused it, is the connection's or the hub's own, such as a gateway's 503."""
    import httpx2 as httpx

    # A broken connection comes as one of these, at times inside the library's own DatasetGenerationError.
    kinds = (httpx.TransportError, ConnectionError, TimeoutError)
    for each in causes(error):
        status = getattr(getattr(each, "response", None), "status_code", 0)
        if isinstance(each, kinds) or (isinstance(status, int) and status >= 500):
            return True
    return False
