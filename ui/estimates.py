"""What a click on Train will take on this computer, and seeing to it that this is known.

Knows the draft and what was measured; knows nothing of how it is measured. Guarantees that a page never waits: while
the measuring goes on a timed fragment looks for its end, and stops then. Nothing is measured while a run goes on.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil
import streamlit as st

from core.config import RunConfig
from core.data.parts import planned
from core.errors import EstimateError
from core.estimating import calibrations, cost
from core.estimating.cost import Calibration, Estimate, Reviews
from core.home.places import Home
from core.inspection.profile import Profile
from ui import format as fmt
from ui import messages, state, table_reports
from ui.pieces import sentence
from ui.words import _

LOOK_SECONDS = 2.0
LONG_SECONDS = 3600.0


@dataclass(frozen=True)
class Outlook:
    """What to say beside the button, warnings by the setting to lower, and whether more will be known soon."""

    words: str = ""
    warnings: Mapping[str, str] = field(default_factory=dict)
    measuring: bool = False


def outlook(config: RunConfig, report: Profile | None) -> Outlook:
    """Look at a configuration whose data has been read; before that nothing can be said."""
    if report is None:
        return Outlook()
    calibration = calibrations.cached(state.home(), config)
    if calibration is None:
        return _without(config)
    found = cost.estimate(config, _reviews(config, report), calibration)
    words = _("About {time} · {memory} of memory").format(
        time=fmt.duration(max(found.seconds, 1.0)), memory=fmt.size(found.memory_bytes)
    )
    return Outlook(words, _warnings(config, found, calibration))


def draw(config: RunConfig, now: Outlook) -> None:
    """The line beside the button; live while the computer is being measured."""
    if now.measuring:
        st.fragment(_line, run_every=LOOK_SECONDS)(config, now.words)
    else:
        sentence(now.words)


def _line(config: RunConfig, words: str) -> None:
    if calibrations.cached(state.home(), config) is not None or not _without(config).measuring:
        # The page around has to know too: its warnings depend on it, and the timer has done its work.
        st.rerun()
    sentence(words)


def _without(config: RunConfig) -> Outlook:
    """What to say before this computer has been measured; asks for it."""
    if state.store().live() is not None:
        return Outlook(_("How long it takes is measured when no run trains."))
    problem: EstimateError | None = _background(state.home()).ask(config)
    if problem is not None:
        return Outlook(" ".join(messages.of(problem)).strip())
    return Outlook(_("Measuring how fast this computer is…"), measuring=True)


@functools.cache
def _background(home: Home) -> calibrations.Background:
    return calibrations.Background(home, lambda: state.store().live() is not None)


def _reviews(config: RunConfig, report: Profile) -> Reviews:
    parts = planned(config.data, report.usable)
    source = config.data.parsed_source
    size = table_reports.table_bytes(source, report.text_column)
    return Reviews(parts.train, parts.eval, table_reports.token_lengths(source, report.text_column), size)


def _warnings(config: RunConfig, found: Estimate, calibration: Calibration) -> dict[str, str]:
    warnings = {}
    if found.seconds > LONG_SECONDS:
        warnings["data.train_size"] = _(
            "About {time} on this computer: fewer reviews or epochs, or a smaller model, take less."
        ).format(time=fmt.duration(found.seconds))
    needed, free = _memory(found, calibration)
    if needed > free:
        path, advice = _lower(config, found, calibration)
        said = _("It needs about {needed} of memory, and {free} are free.")
        warnings[path] = f"{said.format(needed=fmt.size(needed), free=fmt.size(free))} {advice}"
    return warnings


def _memory(found: Estimate, calibration: Calibration) -> tuple[int, int]:
    """Bytes that a run would take beyond what this process holds, and how many are free."""
    if calibration.device == "cuda":
        return found.memory_bytes, calibration.device_bytes
    return found.memory_bytes - psutil.Process().memory_info().rss, psutil.virtual_memory().available


def _lower(config: RunConfig, found: Estimate, calibration: Calibration) -> tuple[str, str]:
    """The setting that takes the memory, and what to do about it."""
    if found.activation_bytes < found.memory_bytes / 3:
        return "model.name", _("A smaller model, or LoRA, needs less.")
    if (rows := cost.rows_at_once(config, calibration)) > 1:
        advice = _("A batch size of at most {size} needs less.").format(size=rows // 2)
        return "training.per_device_train_batch_size", advice
    return "data.max_length", _("Shorter reviews need less.")
