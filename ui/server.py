"""The server around the pages: who gets in, the address that is printed, and what happens at the end.

Knows Streamlit's server and the worker; knows nothing of what pages draw. `app.py` hands all of this to Streamlit when
the server imports it. docs/security.md says what is promised to whom.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from html import escape
from typing import Any

from starlette.middleware import Middleware
from streamlit import config, runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from core.errors import StarboardError
from core.home import access
from core.home.access import Access
from core.home.files import write_whole
from core.home.places import Home
from core.work import worker
from ui import defects
from ui.guard import Guard

# For connections that stay open when the server is asked to end; a training has begun to write its checkpoint by then.
PATIENCE_SECONDS = 12.0


def options() -> dict[str, Any]:
    """What `streamlit.App` is given beside the script."""
    try:
        allowed = access.present(Home.present())
    except StarboardError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        # Not every browser lets go of who opens it.
        threading.Thread(target=_announce, args=(allowed,), daemon=True).start()
        _hear_signals()
        yield
        await asyncio.to_thread(worker.shut_down)

    guard = Middleware(Guard, access=allowed, option=config.get_option, uploads=uploads)
    return {"middleware": [guard], "lifespan": lifespan, "on_script_error": defects.draw}


def uploads() -> Mapping[str, int]:
    """The bytes of uploaded files that Streamlit keeps in memory, by session."""
    files = runtime.get_instance().uploaded_file_mgr
    if not isinstance(files, MemoryUploadedFileManager):
        return {}
    kept = list(files.file_storage.items())
    return {session: sum(len(file.data) for file in list(each.values())) for session, each in kept}


def address(allowed: Access) -> str:
    """Where the dashboard is, with the token where it asks for one."""
    host = config.get_option("server.address") or "localhost"
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    at = f"{scheme}://{f'[{host}]' if ':' in host else host}:{config.get_option('server.port')}"
    if base := config.get_option("server.baseUrlPath").strip("/"):
        at += f"/{base}"
    return f"{at}/?token={allowed.token}" if allowed.token else at


def _announce(allowed: Access) -> None:
    """Say where the dashboard is, and open it where there is a screen."""
    place = address(allowed)
    print(f"\n  Starboard is ready: {place}\n", flush=True)
    if config.get_option("server.headless"):
        return
    with suppress(OSError, webbrowser.Error):
        webbrowser.open(_leading_to(place) if allowed.token else place)


def _leading_to(place: str) -> str:
    """A file of the owner's that leads to an address: every user of a computer sees what programs are started with."""
    file = Home.present().cache / "open.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, f'<meta http-equiv="refresh" content="0; url={escape(place, quote=True)}">')
    return file.as_uri()


def _hear_signals() -> None:
    """Let a training begin its checkpoint at the very moment of Ctrl-C or SIGTERM, and the process end as any other.

    uvicorn would wait for open connections first, and then have the signal kill the process, which leaves out what
    Python does at an exit: processes that measure this computer would live on. A second signal is uvicorn's own.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        forced = signal.getsignal(number)
        server = getattr(forced, "__self__", None)

        def ask(*_: object, number: int = number, forced: Any = forced, server: Any = server) -> None:
            worker.ask_to_end()
            signal.signal(number, forced)
            server.should_exit = True
            # One that hangs, such as an upload whose sender is gone, is not waited for.
            late = threading.Timer(PATIENCE_SECONDS, setattr, (server, "force_exit", True))
            late.daemon = True
            late.start()

        if hasattr(server, "should_exit"):
            signal.signal(number, ask)
