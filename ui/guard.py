"""Stands in front of Streamlit's server: looks at each request before Streamlit does, and at each answer after it.

Knows addresses, origins, the token and how much is being uploaded; knows nothing of pages. Guarantees: a request that
names another host, that a page from elsewhere sent, or that lacks the token where one is asked for reaches nothing
behind it, the websocket included. Streamlit alone would let in pages of any port of this computer, and look up its own
outside address, for two seconds in which nothing else is answered, when a page of any other site knocks.

docs/security.md says what this promises to whom.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from core.home.access import Access
from ui.markup import element, text
from ui.words import catalogue, language_of

TOKEN = "token"
# Answers whether the server is up, and nothing else.
OPEN = "/_stcore/health"
MB = 1024 * 1024
# A second file may come while the first one is still there; a few visitors may do so at once.
SESSION_UPLOADS, ALL_UPLOADS = 2, 4
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+/?$")
_POLICY_VIOLATION = 1008

# Streamlit writes styles and a script into the page, and makes scripts of components from strings (blob:). All that is
# fetched comes from this server: no word of a review can have the browser ask elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """The ASGI middleware.

    Args:
        app: Streamlit's.
        access: what is asked of a browser.
        option: the value of one of Streamlit's options, such as `server.port`.
        uploads: the bytes that Streamlit holds of each session's uploads, by session.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        option: Callable[[str], Any],
        uploads: Callable[[], Mapping[str, int]],
    ) -> None:
        self._app, self._access, self._option, self._uploads = app, access, option, uploads
        self._coming: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        asked = HTTPConnection(scope)
        refusal = self._refusal(asked)
        if refusal is None:
            scope = self._for_streamlit(scope, asked.headers)
            upload = _UPLOAD.search(scope["path"]) if scope.get("method") == "PUT" else None
            if upload:
                await self._upload(upload[1], scope, receive, send)
            else:
                await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await WebSocketClose(_POLICY_VIOLATION)(scope, receive, send)

    def _refusal(self, asked: HTTPConnection) -> Response | None:
        """What is answered in Streamlit's place; None for what may pass."""
        host = asked.headers.get("host", "")
        if not self._is_ours(host):
            return PlainTextResponse("This host name is not one of this dashboard.\n", HTTPStatus.BAD_REQUEST)
        origin = asked.headers.get("origin")
        if origin is not None and not self._is_from_here(origin, host):
            return PlainTextResponse("Pages of other sites may not use this dashboard.\n", HTTPStatus.FORBIDDEN)
        if not self._access.token or asked.url.path == OPEN:
            return None
        return self._without_token(asked)

    def _is_ours(self, host: str) -> bool:
        """Whether a Host header names this dashboard; a name that an attacker bound to this address does not."""
        allowed = [name.strip().lower() for name in self._option("server.allowedHosts")]
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return not allowed or name in allowed

    def _is_from_here(self, origin: str, host: str) -> bool:
        """Whether the page that sent a request came from this very address and port, or from one that was named."""
        if origin in self._option("server.corsAllowedOrigins"):
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()

    def _for_streamlit(self, scope: Scope, headers: Headers) -> Scope:
        """A request from a named origin goes on without it: to make sure of one, Streamlit asks outside who it is."""
        if headers.get("origin") not in self._option("server.corsAllowedOrigins"):
            return scope
        return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"origin"]}

    def _without_token(self, asked: HTTPConnection) -> Response | None:
        """None for a browser that has shown the token; one that shows it now is sent on without it in its address."""
        if self._access.knows(asked.cookies.get(self._cookie, "")):
            return None
        given = asked.query_params.get(TOKEN)
        if given is not None and asked.scope.get("method") == "GET" and self._access.knows(given):
            left = [(name, value) for name, value in parse_qsl(asked.url.query) if name != TOKEN]
            # Relative, so that host, scheme and a proxy's prefix stay what they are.
            place = "./" + quote(asked.url.path.rpartition("/")[2]) + ("?" + urlencode(left) if left else "")
            answer = RedirectResponse(place, HTTPStatus.SEE_OTHER)
            answer.set_cookie(
                self._cookie,
                self._access.token,
                max_age=365 * 24 * 3600,
                httponly=True,
                samesite="lax",
                secure=asked.url.scheme in {"https", "wss"},
            )
            return answer
        return HTMLResponse(_closed(asked.headers), HTTPStatus.FORBIDDEN)

    @property
    def _cookie(self) -> str:
        """Browsers send a cookie to every port of a host; each dashboard has its own name for it."""
        return f"starboard-{self._option('server.port')}"

    async def _upload(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file through as long as it fits beside those that are kept in memory or on their way."""
        size = Headers(scope=scope).get("content-length", "")
        if not size.isdecimal():
            await PlainTextResponse("How long is it?\n", HTTPStatus.LENGTH_REQUIRED)(scope, receive, send)
            return
        held, most, length = self._uploads(), int(self._option("server.maxUploadSize")) * MB, int(size[:18])
        here = held.get(session, 0) + self._coming.get(session, 0) + length
        everywhere = sum(held.values()) + sum(self._coming.values()) + length
        if length > most + MB or here > SESSION_UPLOADS * (most + MB) or everywhere > ALL_UPLOADS * (most + MB):
            await PlainTextResponse("Too much is uploaded at once.\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(
                scope, receive, send
            )
            return
        self._coming[session] = self._coming.get(session, 0) + length
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[session] -= length
            if not self._coming[session]:
                del self._coming[session]


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending


def _closed(headers: Headers) -> str:
    """The page for who lacks the token: it needs nothing from the server, which gives them nothing."""
    language = language_of(headers.get("accept-language", ""))
    _ = catalogue(language).gettext
    title = _("This dashboard asks for its token")
    words = _("Open the address that was printed where it was started: it ends in ?token= and the token.")
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem;"
        "color:#1D2433;background:#FAFAF7}h1{font-size:1.4rem}"
        "@media(prefers-color-scheme:dark){body{color:#E8EBF2;background:#12151C}}"
    )
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += element("title", "Starboard") + element("style", style)
    body = element("main", element("h1", text(title)) + element("p", text(words)))
    return "<!doctype html>" + element("html", element("head", head) + element("body", body), lang=language)
