"""What was measured on this computer, kept in the home, and measuring it in a process of its own.

The measuring imports torch, takes memory and may crash: none of that happens in the process that asks. Knows files and
processes; imports no torch and knows no store. Guarantees: a damaged file of calibrations reads as an empty one; what
was measured with other libraries, threads or weights that learn is never used; one measuring at a time in a process,
and it ends as soon as the caller says that the computer is busy.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import platform
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from core.config import RunConfig
from core.errors import EstimateError, StorageError
from core.estimating.cost import Calibration
from core.home import preferences
from core.home.apart import ROOT, apart
from core.home.files import changing, create_folder, read_json, write_whole
from core.home.places import Home, expanded
from core.messages import Message

# Raised when what is measured changes.
VERSION = 3
TIMEOUT_SECONDS = 600.0
POLL_SECONDS = 0.2
KEPT = 200
QUIET_PERCENT, QUIET_SECONDS = 40.0, 60.0
# Settings outside `model` that change how long a step takes, and not only through the shape of its batches.
TRAINING_SETTINGS = ("precision", "processes", "plain")
_NOT_NEEDED = Message("Training does not need it.")


class Busy(Exception):  # noqa: N818 - not an error: a training goes first
    """The measuring was given up, since the computer has other work now."""


def key(home: Home, config: RunConfig) -> str:
    """What decides the speed of a step and its memory, as one short text: settings, libraries, processor."""
    name = config.model.name
    model = config.model.model_dump() | {
        "attention_dropout": config.model.attention_dropout > 0,
        **{name: getattr(config.training, name) for name in TRAINING_SETTINGS},
        "weights": _stamp(expanded(name) / "config.json"),
    }
    whole = json.dumps([model, _computer(), preferences.load(home).threads], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def cached(home: Home, config: RunConfig) -> Calibration | None:
    """The calibration for a configuration, None when there is none yet."""
    file = _file(home)
    raw = _read(file, _stamp(file)).get(key(home, config))
    try:
        return Calibration.from_dict(raw) if isinstance(raw, dict) else None
    except (TypeError, ValueError):
        return None


def save(home: Home, config: RunConfig, calibration: Calibration) -> None:
    """Write a calibration beside the others; where the home can't be written it is measured again some day."""
    file = _file(home)
    with contextlib.suppress(OSError, StorageError):
        create_folder(file.parent)
        with changing(file):
            known = {name: raw for name, raw in _read(file, _stamp(file)).items() if name != key(home, config)}
            known[key(home, config)] = calibration.to_dict()
            write_whole(file, json.dumps(dict(list(known.items())[-KEPT:])))


def measure(home: Home, config: RunConfig, busy: Callable[[], bool] = lambda: False) -> Calibration:
    """Measure in a process of its own, and keep what came of it.

    Args:
        busy: asked all along; as soon as it says yes the measuring ends.

    Raises:
        EstimateError: it did not work; says why.
        Busy: the computer has other work.
    """
    if config.training.processes > 1:
        raise EstimateError(
            Message("There is no estimate for several processes."), Message("Set training.processes to 1 to see one.")
        )
    answer = _answer(home, config, busy)
    if "calibration" not in answer:
        raise EstimateError(*map(Message.from_dict, answer["error"]))
    try:
        found = Calibration.from_dict(answer["calibration"])
    except (TypeError, ValueError) as error:
        raise _failed(error) from error
    save(home, config, found)
    return found


def _answer(home: Home, config: RunConfig, busy: Callable[[], bool]) -> dict[str, Any]:
    """What the measuring process prints."""
    with _process(home, config) as process:
        waited = 0.0
        while True:
            try:
                out, err = process.communicate(timeout=POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                waited += POLL_SECONDS
            if busy():
                raise Busy
            if waited > TIMEOUT_SECONDS:
                raise EstimateError(
                    Message(
                        "This computer could not be measured: it took longer than {seconds:.0f} seconds.",
                        seconds=TIMEOUT_SECONDS,
                    ),
                    _NOT_NEEDED,
                )
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        said = [line for line in err.splitlines() if line.strip()]
        if said:
            raise _failed(said[-1].strip()) from None
        raise EstimateError(
            Message("This computer could not be measured: it ended with code {code}.", code=process.returncode),
            _NOT_NEEDED,
        ) from None
    return answer


@contextlib.contextmanager
def _process(home: Home, config: RunConfig) -> Iterator[subprocess.Popen[str]]:
    """The measuring process, fed with the configuration; gone at the end, and what it had written with it."""
    with apart(home, ("-m", "core.estimating.calibrate"), stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(config.model_dump_json())
            process.stdin.close()
        process.stdin = None
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate()


def _failed(why: object) -> EstimateError:
    """An error that a library or Python explains in its own words."""
    return EstimateError(Message("This computer could not be measured: {why}.", why=str(why)), _NOT_NEEDED)


# In the background


class Background:
    """Measures one configuration after another in a thread, for pages that ask again and again.

    Begins once the processor is quiet: what a dashboard imports at its start would disturb the measuring.

    Args:
        home: where measurements are kept.
        busy: whether a run trains or waits; the measuring ends then.
    """

    def __init__(self, home: Home, busy: Callable[[], bool]) -> None:
        self._home = home
        self._busy = busy
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._problems: dict[str, EstimateError] = {}

    def ask(self, config: RunConfig) -> EstimateError | None:
        """See to it that a configuration without a calibration gets one.

        Returns:
            Why it can't have one, None while it may still come.
        """
        name = key(self._home, config)

        def work() -> None:
            until = time.monotonic() + QUIET_SECONDS
            while time.monotonic() < until and psutil.cpu_percent(interval=1.0) > QUIET_PERCENT:
                pass
            try:
                # Another may have measured it since the page looked.
                if cached(self._home, config) is None:
                    measure(self._home, config, self._busy)
            except Busy:
                return
            except EstimateError as error:
                self._problems[name] = error
            except Exception as error:  # noqa: BLE001 - whatever it was, it is said and not tried again
                self._problems[name] = _failed(f"{type(error).__name__}: {error}")

        with self._lock:
            if name not in self._problems and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=work, daemon=True)
                self._thread.start()
            return self._problems.get(name)


def _file(home: Home) -> Path:
    return home.cache / "calibrations.json"


def _stamp(file: Path) -> tuple[int, ...]:
    """What changes with a file; empty when there is none."""
    try:
        seen = file.stat()
    except (OSError, ValueError):
        return ()
    return seen.st_mtime_ns, seen.st_size


@functools.lru_cache(maxsize=4)
def _read(file: Path, _stamp: tuple[int, ...]) -> dict[str, Any]:
    raw = read_json(file)
    return raw if isinstance(raw, dict) else {}


@functools.cache
def _computer() -> list[str | int]:
    """What is the same for every model: this measuring, the libraries, the processor's name and how many of it."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    libraries = [metadata.version(library) for library in ("torch", "transformers")]
    return [VERSION, *libraries, name, psutil.cpu_count() or 1]
