"""What a Trainer needs, made from a run's configuration: the reviews tokenised, the model fitted out.

Says what it is at and hears a request to halt all along, also while something is fetched. Knows data, models and the
levers of speed; knows no Trainer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import tasks
from core.config import RunConfig
from core.data.rows import Prepared, prepare
from core.home.places import Home
from core.metrics import Evaluator
from core.models import features, loading, speed
from core.models.batches import Padding
from core.models.fast import vocabulary
from core.models.tokens import Encoded, tokenise
from core.runs.run import Status
from core.tasks import Task
from core.training import distributed
from core.training.interruptible import interruptibly
from core.training.sink import Halted, Sink

# The rows of a run and how they are scored, to facts about what a model of them must beat.
Compare = Callable[[Prepared[Task], Evaluator], dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """Reviews as a Trainer reads them: N rows, and the N lengths by which batches are made."""

    rows: Any
    lengths: np.ndarray


@dataclass(frozen=True)
class Material:
    """Tokenizer, model, both parts, and what makes a batch of rows."""

    tokenizer: Any
    model: Any
    task: Task
    train: Part
    eval: Part
    collate: Callable[[list[dict[str, Any]]], Any]
    evaluate: Evaluator


def gather(config: RunConfig, sink: Sink, home: Home, checkpoint: Path | None, compare: Compare) -> Material:
    """Load and tokenise the data, load the model and fit it out.

    Args:
        home: keeps token lists between runs.
        compare: measures on the same rows what must be beaten; what it finds becomes facts of the run.

    Raises:
        Halted: the sink asked for it.
        StarboardError: the data or the model cannot be used.
    """
    data = config.data
    say = _teller(sink)
    say("Reading the reviews")
    prepared = interruptibly(
        lambda: prepare(
            data.source,
            data.text_column,
            data.label_column,
            fit=lambda table, column: tasks.fit(table, column, data.task),
            train_size=data.train_size,
            eval_size=data.eval_size,
            seed=data.seed,
            subset=data.subset,
        ),
        sink.halt,
    )
    for note in prepared.notes:
        sink.emit("message", {"text": note})
    say("Loading the model")
    interruptibly(lambda: loading.download(config.model.name), sink.halt)
    tokenizer, model = _load(config, prepared.task)
    max_length = _max_length(config, tokenizer, model, sink)
    say("Tokenising the reviews")
    train, evaluation = (
        tokenise(part, tokenizer, max_length=max_length, cache=home.cache / "tokens", before_batch=lambda: heed(sink))
        for part in (prepared.train, prepared.eval)
    )
    evaluation = _longest_first(evaluation)
    train_part, eval_part, collate = _parts(config, tokenizer, model, train, evaluation, checkpoint, sink)
    evaluate = prepared.task.evaluator(home.cache / "metrics")
    if distributed.rank() == 0:
        say("Measuring what must be beaten")
        beaten = interruptibly(lambda: compare(prepared, evaluate), sink.halt)
        sink.update(facts=_facts(prepared, train, evaluation, max_length) | beaten)
    speed.trim_memory()
    return Material(tokenizer, model, prepared.task, train_part, eval_part, collate, evaluate)


def _parts(
    config: RunConfig,
    tokenizer: Any,
    model: Any,
    train: Encoded,
    evaluation: Encoded,
    checkpoint: Path | None,
    sink: Sink,
) -> tuple[Part, Part, Callable[[list[dict[str, Any]]], Any]]:
    """Fit the model out, and give the reviews the form in which it will read them."""
    bf16 = speed.use_bf16(config.training.precision)
    pad = Padding(tokenizer, multiple=speed.length_multiple(bf16), limit=loading.max_tokens(tokenizer, model))
    if config.model.freeze_encoder:
        features.hand_through(model)
    columns = [part.dataset.with_format("arrow")[:].column("input_ids") for part in (train, evaluation)]
    ids = vocabulary.occurring(columns, tokenizer.all_special_ids)
    speed.fit(model, bf16=bf16, ids=ids, checkpoint=checkpoint)
    if not config.model.freeze_encoder:
        return Part(train.dataset, train.lengths), Part(evaluation.dataset, pad.padded(evaluation.lengths)), pad
    say = _teller(sink)
    say("Reading every review once with the frozen encoder")
    with speed.autocast(bf16):
        parts = [_read_once(model, part, pad, sink) for part in (train, evaluation)]
    return parts[0], parts[1], features.collate


def _read_once(model: Any, part: Encoded, pad: Padding, sink: Sink) -> Part:
    ids = part.dataset["input_ids"]
    model.to(speed.device())
    vectors = features.read(
        model,
        ids,
        pad.padded(part.lengths),
        pad,
        most_tokens=speed.evaluation_tokens(),
        before_batch=lambda: heed(sink),
    )
    features.check(model, ids[0], vectors[0])
    # Rows without tokens are all of one length: none is padded, whatever is in its batch.
    labels = part.dataset.with_format("numpy")["label"]
    return Part(features.Vectors(vectors, np.asarray(labels)), np.ones(len(vectors), dtype=np.int64))


def _load(config: RunConfig, task: Task) -> tuple[Any, Any]:
    tokenizer = loading.load_tokenizer(config.model.name)
    model: Any = loading.load_classifier(config.model, task, seed=config.training.seed)
    # These classifiers take the keyword but ignore it, which would multiply the loss (transformers#47688).
    model.accepts_loss_kwargs = False
    return tokenizer, model


def heed(sink: Sink) -> None:
    """End the work if the sink asks for it."""
    if why := sink.halt():
        raise Halted(why)


def _teller(sink: Sink) -> Callable[[str], None]:
    def say(text: str) -> None:
        heed(sink)
        sink.emit("phase", {"phase": str(Status.PREPARING), "text": text})

    return say


def _facts(prepared: Prepared[Task], train: Encoded, evaluation: Encoded, max_length: int) -> dict[str, Any]:
    return {
        "task": prepared.task.name,
        "classes": list(prepared.task.names),
        "ratings": None if prepared.task.worth is None else prepared.task.worth.tolist(),
        "text_column": prepared.columns.text,
        "label_column": prepared.columns.label,
        "train_rows": len(prepared.train),
        "eval_rows": len(prepared.eval),
        "train_cut": train.cut,
        "eval_cut": evaluation.cut,
        "max_length": max_length,
        "train_tokens": int(train.lengths.sum()),
        "processes": distributed.size(),
    }


def _max_length(config: RunConfig, tokenizer: Any, model: Any, sink: Sink) -> int:
    asked, most = config.data.max_length, loading.max_tokens(tokenizer, model)
    if asked > most:
        sink.emit(
            "message",
            {"text": f"The model reads at most {most} tokens; {asked} were asked for, {most} are used."},
        )
    return min(asked, most)


def _longest_first(encoded: Encoded) -> Encoded:
    # The longest batch comes first: if memory is short, it shows at once.
    order = np.argsort(-encoded.lengths, kind="stable")
    return Encoded(encoded.dataset.select(order), encoded.lengths[order], encoded.cut)
