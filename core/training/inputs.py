"""What a Trainer needs, made from a run's configuration: the reviews tokenised, the model fitted out.

Says which stage it is at and hears a request to halt all along, also while something is fetched. Knows data, models and
the levers of speed; knows no Trainer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from core import tasks
from core.config import RunConfig
from core.data.columns import named_text
from core.data.rows import Prepared, prepare
from core.home.places import Home
from core.messages import Message
from core.metrics import Evaluator
from core.models import features, loading, multilingual, scripts, speed, trial
from core.models.batches import Padding
from core.models.fast import vocabulary
from core.models.tokens import Encoded, tokenise
from core.runs.facts import MOST_TEST_NUMBERS, Facts, Observed, Rows
from core.runs.run import Stage, Status
from core.tasks import Task
from core.training import distributed, same_rows
from core.training.interruptible import interruptibly
from core.training.sink import Sink, raise_if_halted

# The rows of a run and how they are scored, to facts about what a model of them must beat.
Compare = Callable[[Prepared[Task], Evaluator], Facts]
Collate = Callable[[list[dict[str, Any]]], Any]


@dataclass(frozen=True)
class Part:
    """Reviews as a Trainer reads them: N rows, and the N lengths by which batches are made."""

    rows: Any
    lengths: np.ndarray


@dataclass(frozen=True)
class Inputs:
    """Tokenizer, model, both parts, and what makes a batch of rows."""

    tokenizer: Any
    model: Any
    task: Task
    train: Part
    eval: Part
    collate: Collate
    evaluate: Evaluator


def prepare_inputs(
    config: RunConfig, sink: Sink, home: Home, checkpoint: Path | None, compare: Compare, begun_with: Rows | None
) -> Inputs:
    """Load and tokenise the data, load the model and fit it out.

    Args:
        home: keeps token lists between runs.
        checkpoint: what training goes on from.
        compare: measures on the same rows what must be beaten; what it finds becomes facts of the run.
        begun_with: the rows that the checkpoint was learned from, None where nobody kept it.

    Raises:
        Halted: the sink asked for it.
        DataError: the rows are not those that the checkpoint was learned from.
        StarboardError: the data or the model cannot be used.
    """
    # Runs whose rows were not kept are from a time when parts were made in another way.
    in_proportion = checkpoint is not None and (begun_with is None or begun_with.in_proportion)
    prepared = _read_reviews(config, sink, in_proportion=in_proportion)
    rows = interruptibly(lambda: same_rows.of(prepared, in_proportion=in_proportion), sink.halt)
    if checkpoint is not None and begun_with is not None:
        same_rows.check(begun_with, rows)
    tokenizer, model = _load_model(config, prepared.task, sink)
    max_length = min(config.data.max_length, loading.max_tokens(tokenizer, model))
    _enter(sink, Stage.TOKENISING)
    tokens = home.cache / "tokens"
    train, evaluation = (
        tokenise(part, tokenizer, max_length=max_length, cache=tokens, before_batch=lambda: raise_if_halted(sink))
        for part in (prepared.train, prepared.eval)
    )
    columns = _checked_ids(config, model, train, evaluation)
    if not config.training.plain:
        texts = prepared.train[: scripts.COMPARED]["text"]
        smaller = scripts.fit(tokenizer, model, columns, texts, checkpoint, max_length=max_length)
        if smaller is not None:
            tokenizer, train, evaluation = smaller.tokenizer, smaller.renumbered(train), smaller.renumbered(evaluation)
            sink.emit("message", smaller.said().to_dict())
        # The longest batch comes first: if memory is short, it shows at once.
        evaluation = evaluation.longest_first()
    train_part, eval_part, collate = _fit_out(model, tokenizer, config, train, evaluation, checkpoint, sink)
    evaluate = prepared.task.evaluator(home.cache / "metrics")
    if distributed.rank() == 0:
        _enter(sink, Stage.COMPARING)
        compared = interruptibly(lambda: compare(prepared, evaluate), sink.halt)
        facts = _found(prepared, train, evaluation, tokenizer, model, config)
        more = {"max_length": max_length, "rows": rows, **compared.model_dump(exclude_unset=True)}
        sink.update(facts=facts.model_copy(update=more))
    speed.trim_memory()
    return Inputs(tokenizer, model, prepared.task, train_part, eval_part, collate, evaluate)


def _checked_ids(config: RunConfig, model: Any, *parts: Encoded) -> list[Any]:
    """The tokens of each part, none of which the model lacks."""
    columns = [part.dataset.with_format("arrow")[:].column("input_ids") for part in parts]
    for ids in columns:
        trial.check_ids(config.model.name, model, max(pc.max(chunk.flatten()).as_py() for chunk in ids.chunks))
    return columns


def _found(
    prepared: Prepared[Task], train: Encoded, evaluation: Encoded, tokenizer: Any, model: Any, config: RunConfig
) -> Facts:
    """What is known once the reviews are read and the model is there, but for what compares and tells rows apart."""
    return Facts(
        task=prepared.task.name,
        classes=prepared.task.names,
        ratings=None if prepared.task.worth is None else tuple(prepared.task.worth.tolist()),
        text_column=prepared.columns.text,
        label_column=prepared.columns.label,
        text_columns=prepared.columns.texts,
        no_text=prepared.columns.nothing,
        train_rows=len(prepared.train),
        eval_rows=len(prepared.eval),
        test_rows=None if prepared.test is None else len(prepared.test),
        test_numbers=prepared.test_numbers if len(prepared.test_numbers) <= MOST_TEST_NUMBERS else (),
        train_cut=train.cut,
        eval_cut=evaluation.cut,
        train_tokens=int(train.lengths.sum()),
        processes=distributed.size(),
        observed=Observed(
            **asdict(prepared.origin),
            dropouts=loading.attention_dropouts(model.config),
            pad_token=tokenizer.pad_token
            if tokenizer.pad_token in (tokenizer.eos_token, tokenizer.unk_token)
            else None,
            bf16=speed.use_bf16(config.training.precision),
            device=speed.device(),
        ),
    )


def _enter(sink: Sink, stage: Stage) -> None:
    raise_if_halted(sink)
    sink.emit("phase", {"phase": Status.PREPARING, "stage": stage})


def _read_reviews(config: RunConfig, sink: Sink, *, in_proportion: bool) -> Prepared[Task]:
    _enter(sink, Stage.READING)
    data = config.data
    prepared = interruptibly(
        lambda: prepare(
            data.parsed_source,
            named_text(data),
            data.label_column,
            fit=partial(tasks.fit, task=data.task, classes=data.classes),
            train_size=data.train_size,
            eval_size=data.eval_size,
            seed=data.seed,
            subset=data.subset,
            test_size=data.test_size,
            split=data.split,
            split_column=data.split_column,
            remedies=data.remedies,
            in_proportion=in_proportion,
        ),
        sink.halt,
    )
    for note in prepared.notes:
        sink.emit("message", note.to_dict())
    return prepared


def _load_model(config: RunConfig, task: Task, sink: Sink) -> tuple[Any, Any]:
    """Tokenizer and model, as they were published but for the model's new head."""
    _enter(sink, Stage.LOADING)
    interruptibly(lambda: loading.download(config.model.name), sink.halt)
    tokenizer = loading.load_tokenizer(config.model.name)
    model: Any = loading.load_classifier(config.model, task, seed=config.training.seed)
    asked, most = config.data.max_length, loading.max_tokens(tokenizer, model)
    trial.check(config.model.name, tokenizer, model, most=most)
    if config.model.name == multilingual.NAME and multilingual.made() is not None:
        sink.emit("message", multilingual.IN_FOUR_BITS.to_dict())
    if asked > most:
        message = Message(
            "The model reads at most {most} tokens; {asked} were asked for, {most} are used.", most=most, asked=asked
        )
        sink.emit("message", message.to_dict())
    return tokenizer, model


def _fit_out(
    model: Any,
    tokenizer: Any,
    config: RunConfig,
    train: Encoded,
    evaluation: Encoded,
    checkpoint: Path | None,
    sink: Sink,
) -> tuple[Part, Part, Collate]:
    """Give the model the levers of speed, and the reviews the form in which it will read them."""
    if config.training.plain:
        if config.model.freeze_encoder:
            features.freeze(model)
        pad = Padding(tokenizer, multiple=1, limit=loading.max_tokens(tokenizer, model))
        return Part(train.dataset, train.lengths), Part(evaluation.dataset, evaluation.lengths), pad
    bf16 = speed.use_bf16(config.training.precision)
    pad = Padding(tokenizer, multiple=speed.length_multiple(bf16), limit=loading.max_tokens(tokenizer, model))
    if config.model.freeze_encoder:
        features.pass_vectors_through(model)
    columns = [part.dataset.with_format("arrow")[:].column("input_ids") for part in (train, evaluation)]
    ids = vocabulary.occurring(columns, tokenizer.all_special_ids)
    speed.install_levers(model, bf16=bf16, ids=ids, checkpoint=checkpoint)
    if not config.model.freeze_encoder:
        return Part(train.dataset, train.lengths), Part(evaluation.dataset, pad.padded(evaluation.lengths)), pad
    _enter(sink, Stage.ENCODING)
    with speed.autocast(bf16):
        return _encoded_once(model, train, pad, sink), _encoded_once(model, evaluation, pad, sink), features.collate


def _encoded_once(model: Any, part: Encoded, pad: Padding, sink: Sink) -> Part:
    """Reviews as the vectors that a frozen encoder makes of them."""
    ids = part.dataset["input_ids"]
    model.to(speed.device())
    vectors = features.encode_once(
        model,
        ids,
        pad.padded(part.lengths),
        pad,
        most_tokens=speed.evaluation_tokens(),
        before_batch=lambda: raise_if_halted(sink),
    )  # (N, H)
    features.check_same_scores(model, ids[0], vectors[0])
    # Rows without tokens are all of one length: none is padded, whatever is in its batch.
    labels = part.dataset.with_format("numpy")["label"]
    return Part(features.Vectors(vectors, np.asarray(labels)), np.ones(len(vectors), dtype=np.int64))
