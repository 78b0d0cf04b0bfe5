"""What the doctor finds in a source: worked out once for everyone who asks, in the background, and stored.

A long table is examined in a process of its own: looking at every text in Python would keep pages from answering.
Knows nothing of pages. Guarantees: an examination is made once however many ask for it at a time, whoever asked first
may have left, one source is examined at a time, and sizes, remedies and the longest review may change without another.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any

import pyarrow as pa
from pydantic import TypeAdapter

from core import doctor, errors, tasks
from core.config import DataConfig
from core.config.source import Source
from core.data import reading
from core.data.columns import choose, named_text, with_text
from core.doctor import Examination, Finding, Stopped
from core.errors import SourceError, StarboardError
from core.home.apart import apart
from core.home.places import Home
from core.inspection import cache
from core.inspection.cache import Key
from core.messages import Message
from core.models import bundled, multilingual

# Raised when a rule changes what it finds: what was stored before is then not found.
VERSION = 2
# Files up to this size are examined in a thread: a process takes longer to start than they take.
SMALL_BYTES = 4_000_000
_READING = 0.2
# Settings that change what the rules look at; all others only matter to what is made of it.
_LOOKED_AT = ("task", "classes")


@dataclass(frozen=True)
class ExaminationKey(Key):
    """A source with its columns, and what else the rules look at: the model and settings, as JSON."""

    about: str = ""


def key_of(source: Source, data: DataConfig, model: str = bundled.NAME) -> ExaminationKey:
    """What decides an examination of a source as it is now."""
    known = cache.key_of(source, named_text(data), data.label_column)
    settings = data.model_dump(include=set(_LOOKED_AT))
    return ExaminationKey(
        known.source,
        known.stamp,
        known.text,
        known.label,
        about=json.dumps([VERSION, model, multilingual.is_here(), settings], sort_keys=True),
    )


class Examining:
    """An examination being made. `share` is how far it is, 0..1."""

    def __init__(self, home: Home, key: ExaminationKey, data: DataConfig, model: str) -> None:
        self._home = home
        self._key = key
        self._data = data
        self._model = model
        self._done = threading.Event()
        self._stopping = threading.Event()
        self._found: Examination | None = None
        self._error: Exception | None = None
        self.share = 0.0

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is done within that time."""
        return self._done.wait(seconds)

    def stop(self) -> None:
        """Give it up, for everyone who waits."""
        self._stopping.set()

    def result(self, data: DataConfig | None = None) -> list[Finding]:
        """The findings, waited for, worst first.

        Args:
            data: for other sizes or remedies than it was started with.

        Raises:
            StarboardError: whatever kept the source from being examined.
            Stopped: it was given up.
        """
        self.wait()
        if self._error is not None:
            raise self._error
        assert self._found is not None
        return doctor.findings(self._found, data or self._data)

    def run(self) -> None:
        """Make it; in a thread of its own."""
        try:
            # Two long tables at once would take twice the memory.
            with _examining:
                if self._stopping.is_set():
                    raise Stopped
                self._found = cache.find(self._home, self._key, Examination) or self._make()
        except Exception as error:  # noqa: BLE001 - raised by whoever waits
            self._error = error
        finally:
            with _starting:
                # One that was given up may have a follower.
                if _in_progress.get(self._key) is self:
                    del _in_progress[self._key]
            self._done.set()

    def _make(self) -> Examination:
        if _is_small(self._key):
            made = examine(self._key.source, self._data, self._model, self._at, self._stopping.is_set)
        else:
            made = _apart(self._home, self._key.source, self._data, self._model, self._at, self._stopping)
        cache.store(self._home, self._key, made)
        return made

    def _at(self, share: float) -> None:
        self.share = share


_starting = threading.Lock()
_examining = threading.Lock()
_in_progress: dict[ExaminationKey, Examining] = {}


def find(home: Home, source: Source, data: DataConfig, model: str = bundled.NAME) -> list[Finding] | None:
    """The findings about a source as it is now, worst first; None where it was not examined yet.

    Args:
        home: where examinations are stored.
        source: where the reviews come from.
        data: the settings of the run that is planned, but for the source.
        model: as `model.name` has it.
    """
    found = cache.find(home, key_of(source, data, model), Examination)
    return None if found is None else doctor.findings(found, data)


def start(home: Home, source: Source, data: DataConfig, model: str = bundled.NAME) -> Examining:
    """Begin to examine a source, in a thread; where that is being done already, join in. Arguments as for `find`."""
    key = key_of(source, data, model)
    with _starting:
        made = _in_progress.get(key)
        if made is None or made._stopping.is_set():
            made = _in_progress[key] = Examining(home, key, data, model)
            threading.Thread(target=made.run, name="starboard-doctor", daemon=True).start()
        return made


def examine(
    source: Source,
    data: DataConfig,
    model: str,
    progress: Callable[[float], object],
    stopped: Callable[[], bool] = lambda: False,
) -> Examination:
    """Read a source and examine it, in this thread.

    Raises:
        StarboardError: it can't be read, or its columns or labels don't work.
        Stopped: it was asked to end.
    """
    try:
        table = reading.read(source, progress=lambda share: progress(_READING * share))
        pa.default_memory_pool().release_unused()
        columns = choose(table, named_text(data), data.label_column)
        table = with_text(table, columns)
        task = tasks.fit(table, columns.label, data.task, data.classes, text=columns.text)
        return doctor.examine(
            table,
            columns,
            task,
            model=model,
            progress=lambda share: progress(_READING + (1 - _READING) * share),
            stopped=stopped,
        )
    finally:
        # Arrow's allocator would hold on to the room that the table took.
        pa.default_memory_pool().release_unused()


def _is_small(key: Key) -> bool:
    """Whether a source is examined sooner than a process has started; a file's size is the first of its stamp."""
    return not key.source.is_hub and (not key.stamp or key.stamp[0] <= SMALL_BYTES)


# In a process of its own


def _apart(
    home: Home,
    source: Source,
    data: DataConfig,
    model: str,
    progress: Callable[[float], object],
    stopping: threading.Event,
) -> Examination:
    """As `examine`, in a process of its own."""
    request = {"source": str(source), "data": data.model_dump(), "model": model}
    with _process(home, request, stopping) as (process, output):
        answer: dict[str, Any] = {}
        for line in output:
            answer = json.loads(line)
            progress(answer.get("share", 1.0))
        code = process.wait()
    if stopping.is_set():
        raise Stopped
    if "found" in answer:
        found: Examination = TypeAdapter(Examination).validate_python(answer["found"])
        return found
    if "error" in answer:
        kind, *said = answer["error"]
        raise getattr(errors, kind, StarboardError)(*map(Message.from_dict, said))
    raise SourceError(
        Message("The table could not be examined: the process that did it ended with code {code}.", code=code),
        Message("Training does not need it. If memory is short, examine a part of the table."),
    )


@contextlib.contextmanager
def _process(
    home: Home, request: dict[str, Any], stopping: threading.Event
) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """The examining process, fed with what is asked; gone at the end, and as soon as it is to stop."""
    ended = threading.Event()
    with apart(home, ("-m", "core.inspection.findings"), stderr=subprocess.DEVNULL) as process:

        def watch() -> None:
            while not ended.wait(0.2):
                if stopping.is_set():
                    process.terminate()
                    return

        threading.Thread(target=watch, name="starboard-doctor-watch", daemon=True).start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(json.dumps(request))
            yield process, process.stdout
        finally:
            ended.set()
            process.stdout.close()


def main() -> int:
    """Read what to examine as JSON from standard input; print shares, then what was found, a line of JSON each."""
    out, sys.stdout = sys.stdout, sys.stderr
    last = -1.0

    def say(answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=out, flush=True)

    def progress(share: float) -> None:
        nonlocal last
        if share >= last + 0.01:
            last = share
            say({"share": share})

    asked = json.load(sys.stdin)
    try:
        found = examine(Source.parse(asked["source"]), DataConfig(**asked["data"]), asked["model"], progress)
        say({"found": asdict(found)})
    except StarboardError as error:
        say({"error": [type(error).__name__, error.found.to_dict(), error.remedy.to_dict()]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
