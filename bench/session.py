"""A Streamlit session without a browser: the websocket, the messages and the timers of one open tab.

Speaks Streamlit's own protocol to a real server, so that the server does for it all that it does for a browser; nothing
is drawn. Knows nothing of what a page shows. Guarantees that a timed fragment is asked for at its interval as a browser
does, and not at all while the session rests.

Source: https://github.com/streamlit/streamlit/tree/develop/proto/streamlit/proto
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Log:
    """What sessions have seen: seconds from asking to each answer, the bytes of each, and what went wrong.

    `sizes` has those of the timed fragments only: what a tick ships.
    """

    answers: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0


class Session:
    """One tab on a page.

    Args:
        port: where the server listens on this computer.
        page: the page's name in the address; `query` what stands behind the question mark.
        log: shared by all sessions.
        awake: while it is not set, no timer asks for anything.
    """

    def __init__(self, port: int, page: str, query: str, log: Log, awake: asyncio.Event) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._page, self._query = page, query
        self._log, self._awake = log, awake
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, float] = {}
        self._hash = ""
        self._heard = 0

    async def live(self) -> None:
        """Open the page and keep it up to date until cancelled."""
        async with websockets.connect(self._address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
            self._socket = socket
            await self._ask()
            try:
                async for content in socket:
                    assert isinstance(content, bytes)
                    self._log.bytes += len(content)
                    self._heard += len(content)
                    await self._hear(ForwardMsg.FromString(content))
            finally:
                self._forget_timers()

    async def _ask(self, fragment: str = "") -> None:
        """Ask for the page, or for one fragment of it, when nothing else is being answered."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.page_name = self._query, self._hash, self._page
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        state.context_info.url = f"http://127.0.0.1/{self._page}"
        self._asked.setdefault(fragment, time.perf_counter())
        await self._socket.send(message.SerializeToString())

    async def _hear(self, message: Any) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._hash = message.new_session.page_script_hash
                if not message.metadata.run.fragment_ids:
                    self._forget_timers()
            case "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_timer(fragment)
            case "script_finished":
                if message.metadata.run.fragment_ids:
                    self._log.sizes.append(self._heard)
                self._heard = 0
                self._answered(message.metadata.run.fragment_ids or [""])
            case "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "exception":
                    self._log.errors.append(f"{element.exception.type}: {element.exception.message}")
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                self._log.errors.append(message.session_event.script_compilation_exception.message)

    def _answered(self, fragments: Iterable[str]) -> None:
        for fragment in fragments:
            if (asked := self._asked.pop(fragment, None)) is not None:
                self._log.answers.append(time.perf_counter() - asked)

    def _start_timer(self, fragment: str, seconds: float) -> None:
        self._stop_timer(fragment)
        self._timers[fragment] = asyncio.create_task(self._tick(fragment, seconds))

    async def _tick(self, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._awake.wait()
            await self._ask(fragment)

    def _stop_timer(self, fragment: str) -> None:
        if timer := self._timers.pop(fragment, None):
            timer.cancel()

    def _forget_timers(self) -> None:
        for fragment in list(self._timers):
            self._stop_timer(fragment)
