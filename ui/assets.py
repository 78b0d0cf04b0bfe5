"""Makes plotly.js available to the browser from this server.

Plotly's Python package carries the JavaScript; Streamlit serves the files in `static/`. The file is copied
there once a version, atomically, so that two servers that start together never serve half a file. The package
is located, not imported: importing plotly costs time that the first page should not wait for.

It does not know who draws with it.
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from importlib import metadata, util
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
URL_PREFIX = "app/static"


def plotly_source() -> Path:
    """Where the installed plotly keeps its plotly.min.js.

    Raises:
        FileNotFoundError: plotly is not installed, or its package carries no such file.
    """
    spec = util.find_spec("plotly")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        file = Path(folder) / "package_data" / "plotly.min.js"
        if file.is_file():
            return file
    raise FileNotFoundError("plotly.min.js was not found: install the pinned plotly (see requirements.txt).")


def plotly_url(static: Path = STATIC) -> str:
    """The path of plotly.js relative to the page, e.g. `app/static/plotly-7.1.0.min.js`; copies it when
    missing.

    Relative, because pages lie one level below the server's base path, also behind a proxy that adds a
    prefix.

    Raises:
        FileNotFoundError: see `plotly_source`.
        OSError: `static` cannot be written.
    """
    name = f"plotly-{_plotly_version()}.min.js"
    if not (static / name).is_file():
        _copy(plotly_source(), static / name)
    return f"{URL_PREFIX}/{name}"


@functools.cache
def _plotly_version() -> str:
    return metadata.version("plotly")


def _copy(source: Path, target: Path) -> None:
    """Copy beside the target, then rename over it: a reader sees the whole file or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=".plotly-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as data:
            shutil.copyfileobj(data, out)
        os.chmod(part, 0o644)
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
