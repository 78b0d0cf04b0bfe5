"""A map of the reviews: each a point, and those that an encoder reads alike lie together.

At most `MOST_POINTS` reviews, drawn from the table by a seed. Their vectors and places are worked out in a process of
its own (`core.inspection.draw_map`): it imports torch, takes a minute of all cores and may crash, and none of that
happens in the dashboard. Knows texts, files and processes; knows no classes, imports no torch. Guarantees: a map is
kept under the content of its reviews and the model, so that nothing can be stale; a damaged one is as if it had never
been there; one is drawn at a time in a process, and that ends as soon as the caller says that a training goes first.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from core.errors import ModelError, StarboardError
from core.home.apart import apart
from core.home.files import ensure, write_whole
from core.home.places import Home, expanded
from core.messages import Message
from core.models import bundled

MOST_POINTS, SEED = 5_000, 0
# What an encoder reads of a review for the map.
MOST_CHARACTERS = 2_000
TIMEOUT_SECONDS = 1_800.0
LOOK_SECONDS = 0.2
KEPT = 32
_ARGUMENTS: tuple[str, ...] = ("-m", "core.inspection.draw_map")
# Raised when maps of earlier versions are not to be found any more.
_FORMAT = 1
_NOT_NEEDED = Message("Training does not need the map. Draw it again, or look at the reviews without it.")


@dataclass(frozen=True)
class Map:
    """Where N reviews lie; `model` is what read them."""

    x: list[float]
    y: list[float]
    model: str


def chosen(rows: int) -> np.ndarray:
    """The row numbers of the reviews on the map of a table, in order."""
    if rows <= MOST_POINTS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(SEED).choice(rows, MOST_POINTS, replace=False))


def model_for(name: str) -> str:
    """The model that reads the reviews: the chosen one where it is on this computer, else the bundled one."""
    if name == bundled.NAME or expanded(name).is_dir():
        return name
    from huggingface_hub import try_to_load_from_cache

    with contextlib.suppress(ValueError):
        if isinstance(try_to_load_from_cache(name, "model.safetensors"), str):
            return name
    return bundled.NAME


def name_of(texts: Sequence[str], model: str) -> str:
    """What the map of these texts is kept under."""
    stamp: list[int] = []
    with contextlib.suppress(OSError, ValueError):
        seen = (expanded(model) / "config.json").stat()
        stamp = [seen.st_size, seen.st_mtime_ns]
    digest = hashlib.blake2b(json.dumps([_FORMAT, model, stamp]).encode(), digest_size=16)
    for text in texts:
        digest.update(text[:MOST_CHARACTERS].encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def find(home: Home, name: str) -> Map | None:
    """The map of that name, None where there is none yet."""
    with contextlib.suppress(OSError, ValueError, ValidationError, RecursionError):
        seal, _, content = _file(home, name).read_bytes().partition(b"\n")
        if seal == _seal(content):
            return TypeAdapter(Map).validate_python(json.loads(content))
    return None


def store(home: Home, name: str, found: Map) -> None:
    """Keep a map; where the home can't be written it is drawn again some day."""
    with contextlib.suppress(OSError, StarboardError):
        file = _file(home, name)
        ensure(file.parent)
        content = json.dumps(asdict(found)).encode()
        write_whole(file, _seal(content) + b"\n" + content)
        files = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)


def _file(home: Home, name: str) -> Path:
    return home.cache / "maps" / f"{name}.json"


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


# Drawing one


class Drawing:
    """One map being drawn. `share` is how far it is, 0..1; `map` is there once it is done."""

    def __init__(self, home: Home, name: str, texts: Sequence[str], model: str, busy: Callable[[], bool]) -> None:
        self._home = home
        self.name = name
        self._asked = json.dumps({"model": model, "texts": [text[:MOST_CHARACTERS] for text in texts]})
        self._model = model
        self._busy = busy
        self._answer: dict[str, Any] = {}
        self._stopped = threading.Event()
        self.share = 0.0
        self.map: Map | None = None
        self.problem: StarboardError | None = None
        self.thread = threading.Thread(target=self._run, name="starboard-map", daemon=True)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended within that time."""
        self.thread.join(seconds)
        return not self.thread.is_alive()

    def stop(self) -> None:
        """Give it up."""
        self._stopped.set()

    def _run(self) -> None:
        try:
            self._draw()
        except StarboardError as error:
            self.problem = error
        except Exception as error:  # noqa: BLE001 - whatever it was, it is said
            self.problem = _failed(f"{type(error).__name__}: {error}")

    def _draw(self) -> None:
        with tempfile.TemporaryFile() as said:
            with apart(self._home, _ARGUMENTS, stderr=said) as process, self._talking(process):
                self._watch(process)
            if "error" in self._answer:
                raise ModelError(*map(Message.from_dict, self._answer["error"]))
            if self._stopped.is_set():
                return
            if "x" not in self._answer:
                said.seek(0)
                lines = [each.strip() for each in said.read().decode("utf-8", "replace").splitlines() if each.strip()]
                raise _failed(lines[-1] if lines else f"code {process.returncode}")
        self.map = Map(self._answer["x"], self._answer["y"], self._model)
        store(self._home, self.name, self.map)

    def _watch(self, process: subprocess.Popen[str]) -> None:
        """Wait for the end; a training, a click or too long a time makes it."""
        until = time.monotonic() + TIMEOUT_SECONDS
        while process.poll() is None:
            if self._busy():
                raise ModelError(
                    Message("The map was given up, since a training goes first."),
                    Message("Draw it when the training has ended."),
                )
            if time.monotonic() > until:
                raise _failed(f"it took longer than {TIMEOUT_SECONDS:.0f} s")
            if self._stopped.wait(LOOK_SECONDS):
                return

    @contextlib.contextmanager
    def _talking(self, process: subprocess.Popen[str]) -> Iterator[None]:
        """Write to the process and hear it: either pipe may be full while the process waits for the other."""
        both = [threading.Thread(target=work, args=(process,), daemon=True) for work in (self._feed, self._listen)]
        for each in both:
            each.start()
        try:
            yield
        finally:
            process.kill()
            for each in both:
                each.join()

    def _feed(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin as stream:
            stream.write(self._asked)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError), process.stdout as stream:
            for line in stream:
                heard = json.loads(line)
                if "share" in heard:
                    self.share = heard["share"]
                else:
                    self._answer = heard


def _failed(why: str) -> ModelError:
    return ModelError(Message("The map could not be drawn: {why}.", why=why[:300]), _NOT_NEEDED)


_starting = threading.Lock()
_drawing: Drawing | None = None


def drawing(name: str) -> Drawing | None:
    """The drawing of that name that goes on, or ended last in this process."""
    return _drawing if _drawing is not None and _drawing.name == name else None


def start(home: Home, name: str, texts: Sequence[str], model: str, busy: Callable[[], bool]) -> Drawing:
    """Begin to draw a map, in the background; where that is being done already, join in. Another map is given up.

    Args:
        home: where it is kept.
        name: as `name_of` has it.
        texts: N reviews.
        model: as `model_for` has it.
        busy: asked all along; as soon as it says yes the drawing ends.
    """
    global _drawing
    with _starting:
        now = drawing(name)
        if now is None or not now.thread.is_alive():
            if _drawing is not None:
                _drawing.stop()
            now = _drawing = Drawing(home, name, texts, model, busy)
            now.thread.start()
        return now
