"""A loopback hub: a folder of repositories, served as huggingface.co serves them.

    with HubServer(root) as hub:
        subprocess.run([...], env=hub_env(hub.url, home))
        hub.requests            # [("HEAD", "/datasets/OWNER/NAME/resolve/main/README.md"), ...]
        with hub.lost():        # nothing listens at its address any more
            ...

It answers what `datasets`, `transformers` and `huggingface_hub` ask for when they read. It does not know
uploads, accounts, branches, Xet or the dataset viewer, and it never sends a redirect.

It guarantees: it listens on 127.0.0.1 alone and keeps its address while lost; every request that reaches it
is in `requests`, in the order of arrival; only files below `root` are served.

Source: https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.hub.answers import Answer, Request, answer

_HOST = "127.0.0.1"
_POLL_SECONDS = 0.02
# What a developer may have set for the real hub.
_HUB_VARIABLES = ("HF_", "HUGGING", "TRANSFORMERS_")


def hub_env(url: str, home: Path) -> dict[str, str]:
    """The whole environment for a process that shall know no other hub than this one.

    The libraries read it while they are imported, so it must be there when the process starts. What the
    developer's own environment says about the Hub (token, caches, offline mode) is left out, and proxies
    are not used.

    Args:
        url: `HubServer.url`.
        home: folder for everything the libraries download.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_HUB_VARIABLES)}
    return {
        **kept,
        "HF_ENDPOINT": url,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        # Else a model without safetensors makes transformers ask a public service to convert it.
        "DISABLE_SAFETENSORS_CONVERSION": "1",
        "NO_PROXY": "*",
        "no_proxy": "*",
    }


class HubServer:
    """A hub for as long as the `with` block lasts.

    Attributes:
        requests: (method, path with query) of every request that reached the hub.
        gated: ids whose files are refused: 401 without a token, 403 with one.
        delay_seconds: how long each answer is held back.
        dropping: requests are taken and the connection is closed without an answer.
        error_status: when not 0, the status of every answer, such as a gateway's 503.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.requests: list[tuple[str, str]] = []
        self.gated: set[str] = set()
        self.delay_seconds = 0.0
        self.dropping = False
        self.error_status = 0
        self._port = 0
        self._listener: _Listener | None = None
        self._placeholder: socket.socket | None = None
        self._closing = threading.Event()

    def __enter__(self) -> HubServer:
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._stop()
        self._free_port()

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://{_HOST}:{self._port}"

    @property
    def down(self) -> bool:
        """Whether the hub is lost: open connections are cut and new ones refused. May be set at any time."""
        return self._listener is None

    @down.setter
    def down(self, down: bool) -> None:
        if down and self._listener:
            self._stop()
            self._hold_port()
        elif not down and not self._listener:
            self._free_port()
            self._listen()

    @contextmanager
    def lost(self) -> Iterator[None]:
        """The hub is down inside the block."""
        self.down = True
        try:
            yield
        finally:
            self.down = False

    def reset(self) -> None:
        """Answer again, at once and to everybody, and forget the requests so far."""
        self.down = self.dropping = False
        self.delay_seconds, self.error_status = 0.0, 0
        self.gated.clear()
        self.requests.clear()

    def wait(self) -> None:
        """Hold an answer back for `delay_seconds`, or until the hub closes."""
        self._closing.wait(self.delay_seconds)

    def _listen(self) -> None:
        self._listener = _Listener(self, self._port)
        self._port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()

    def _stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener:
            listener.shutdown()
            listener.server_close()
            listener.cut_connections()

    def _hold_port(self) -> None:
        """Bind without listening: connections are refused, and nobody else is given the port."""
        self._placeholder = socket.socket()
        self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._placeholder.bind((_HOST, self._port))

    def _free_port(self) -> None:
        if self._placeholder:
            self._placeholder.close()
            self._placeholder = None


class _Listener(ThreadingHTTPServer):
    """One listening socket with its open connections, one thread for each."""

    daemon_threads = True

    def __init__(self, hub: HubServer, port: int) -> None:
        self.hub = hub
        self._connections: set[Any] = set()
        super().__init__((_HOST, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """Close what is open, also in the middle of an answer; call it after `shutdown`."""
        for connection in tuple(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # It has been closed from the other side meanwhile.

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or was cut off, is no error of the hub."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, has it answered, writes the answer."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two packets: the second must not wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: _Listener

    def _handle(self) -> None:
        hub = self.server.hub
        hub.requests.append((self.command, self.path))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        hub.wait()
        if hub.dropping:
            self.close_connection = True
            return None
        if hub.error_status:
            return self._write(Answer(hub.error_status))
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        return self._write(answer(hub.root, hub.gated, request))

    do_GET = do_HEAD = do_POST = _handle  # noqa: N815

    def _write(self, reply: Answer) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: `HubServer.requests` is the log."""
