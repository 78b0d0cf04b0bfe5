"""A trained run and texts to stars and probabilities.

Knows saved model folders; knows nothing of the store's inside or of pages. The model of a run is loaded once, however
many ask for it, and kept. torch is imported on first use.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import tasks
from core.errors import DataError, ModelError, RunError
from core.home import preferences
from core.home.places import Home
from core.messages import Message
from core.models import loading, trial
from core.models.batches import Padding
from core.models.folder import refused
from core.models.tokens import encode_texts
from core.prediction.scorer import Scorer
from core.runs import leftovers, manifest
from core.runs.run import Run

KEPT_MODELS = 2
_WRITE_ONE = Message("Write or paste a review.")
_loading = threading.Lock()


@dataclass(frozen=True)
class Prediction:
    """What a model thinks of one review.

    `label` is the likeliest class, `scores` maps class name to probability in the order of the classes, `stars` is
    the expected rating (probability-weighted), None where classes are not ratings. `tokens` were read; `cut` says
    whether there was more.
    """

    text: str
    label: str
    stars: float | None
    scores: dict[str, float]
    tokens: int
    cut: bool

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "label": self.label, "stars": self.stars, "scores": self.scores}


class Predictor:
    """A saved model, loaded. Safe to use from several threads."""

    def __init__(self, folder: Path, *, max_length: int, threads: Callable[[], int] = lambda: 0) -> None:
        self._tokenizer, model = loading.saved(folder)
        reads = loading.max_tokens(self._tokenizer, model)
        self._max_length = min(max_length, reads)
        self.task = _task(folder, model.config)
        self._check_ids = functools.partial(trial.check_ids, str(folder), model)
        # A fast tokenizer must not be used by two threads at once ("Already borrowed").
        self._lock = threading.Lock()

        def pad(ids: list[list[int]], multiple: int) -> Any:
            padding = Padding(self._tokenizer, multiple=multiple, limit=reads)
            with self._lock:
                return padding([{"input_ids": each} for each in ids])

        self._score = Scorer(model, pad, threads)

    def __call__(
        self, texts: Sequence[str], *, progress: Callable[[float], object] = lambda _share: None
    ) -> list[Prediction]:
        """Score texts.

        Args:
            texts: N reviews, N >= 1, none of them blank.
            progress: told now and then which share is done, 0..1.

        Raises:
            DataError: N == 0, or a text is blank.
            ModelError: the tokenizer fails at a text.
        """
        if not texts:
            raise DataError(Message("There is no text to rate."), _WRITE_ONE)
        for number, text in enumerate(texts, start=1):
            if not text.strip() and len(texts) == 1:
                raise DataError(Message("The text is empty."), _WRITE_ONE)
            if not text.strip():
                raise DataError(
                    Message("Text {number} of {count} is empty.", number=number, count=len(texts)), _WRITE_ONE
                )
        most = self._max_length
        with self._lock:
            # One token more than is read tells whether something was cut.
            ids = encode_texts(texts, self._tokenizer, max_length=most + 1)["input_ids"]
        self._check_ids(max(map(max, ids)))
        # The last token closes the sequence ([SEP]); it stays when the text is cut.
        clipped = [each if len(each) <= most else [*each[: most - 1], each[-1]] for each in ids]
        answers = self.task.answers(self._score(clipped, progress))
        return [
            Prediction(text, answer.label, answer.stars, answer.scores, tokens=min(len(row), most), cut=len(row) > most)
            for text, row, answer in zip(texts, ids, answers, strict=True)
        ]


def _task(folder: Path, settings: Any) -> tasks.Task:
    """What a saved model answers, by its configuration.

    Raises:
        ModelError: its classes are not told, or not as Starboard tells them.
    """
    try:
        names = [settings.id2label[index] for index in range(settings.num_labels)]
        if not all(isinstance(name, str) for name in names):
            raise TypeError("the name of a class is no text")
        task = tasks.of_model(names, getattr(settings, "star_ratings", None), getattr(settings, "review_task", None))
        task.answers(np.zeros((1, len(names))))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        why = Message("its {file} does not tell its classes as Starboard writes them", file="config.json")
        raise refused(folder, why) from error
    return task


def load(home: Home, run: Run) -> Predictor:
    """The loaded model of a run; the last few stay loaded.

    Raises:
        RunError: the run has no saved model.
        ModelError: the saved model cannot be loaded.
    """
    if run.model_step is None:
        raise RunError(
            Message("The run {run} ({status}) has no model yet.", run=run.id, status=str(run.status)),
            Message("Choose a finished run, or train this one to its end."),
        )
    with _loading:
        return _load(home, run.id, run.model_step, run.facts.max_length or run.config.data.max_length)


@functools.lru_cache(maxsize=KEPT_MODELS)
def _load(home: Home, run_id: str, _step: int, max_length: int) -> Predictor:
    # The step is part of the key: a resumed run saves another model in the same folder.
    folder = home.run(run_id) / "model"
    if fault := manifest.fault(folder, thorough=True):
        raise ModelError(
            Message("The model of the run {run} is damaged: {why}.", run=run_id, why=fault),
            Message("Resume the run, or extend it by an epoch: its last checkpoint makes a new one."),
        )
    if not leftovers.is_whole_model(folder):
        raise ModelError(
            Message("The model of the run {run} is not whole: a file is missing or not as it was written.", run=run_id),
            Message("Resume the run, or extend it by an epoch: its last checkpoint makes a new one."),
        )
    return Predictor(folder, max_length=max_length, threads=lambda: preferences.load(home).threads)
