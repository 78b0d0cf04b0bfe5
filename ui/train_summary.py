"""What a click on Train will do, in words: steps, rows, what is cut, what to mind. Knows the draft and its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.config import RunConfig
from core.config.source import Source
from core.data.parts import Parts, planned
from core.errors import StarboardError
from core.inspection.profile import Profile
from core.models import lengths
from core.models.catalogue import CATALOGUE, CatalogueModel
from core.training.arguments import keeps_best, steps_per_epoch, total_steps
from ui import estimates, illustrations, messages, table_reports
from ui import format as fmt
from ui.form import Note
from ui.words import _, ngettext


@dataclass(frozen=True)
class Summary:
    """What the Train page says before a click: a note for a setting by path, the plan in words, a problem if any.

    `rows` are the reviews one may train on, None before that is known. `plan` says the same as `words`, step by step;
    `outlook` what it takes on this computer.
    """

    notes: Mapping[str, Note]
    words: str
    plan: Sequence[str]
    problem: str
    rows: int | None
    outlook: estimates.Outlook


def summarise(config: RunConfig) -> Summary:
    """Look at the draft and, where that is quick, at its data."""
    report, problem = _profile(config)
    parts = None if report is None else planned(config.data, report.usable)
    # Before the table is known, as many as are asked for.
    train_rows = config.data.train_size if parts is None else parts.train
    training = config.training
    steps = steps_per_epoch(training, train_rows)
    total = total_steps(training, train_rows)
    outlook = estimates.outlook(config, report)
    warnings = {**outlook.warnings, **_warnings(config, parts)}
    words, cut = _cut(config, report)
    found = {
        "data.train_size": Note(_train_size(parts, len(report.classes) if report else 1)),
        "training.learning_rate": Note(picture=illustrations.learning_rate(training, total)),
        "training.per_device_train_batch_size": Note(
            ngettext("{n} step an epoch", "{n} steps an epoch", steps).format(n=fmt.count(steps)),
            illustrations.steps(steps),
        ),
        "data.max_length": Note(words, cut),
        "model.name": Note(offers=_models()),
    }
    return Summary(
        notes={path: replace(found.get(path, Note()), warning=warnings.get(path, "")) for path in {*found, *warnings}},
        words=_("{total} steps: {epochs} epochs of {steps}.").format(
            total=fmt.count(total), epochs=f"{training.num_train_epochs:g}", steps=fmt.count(steps)
        ),
        plan=_plan(config, train_rows, total),
        problem=problem,
        rows=parts.train_of if parts else None,
        outlook=outlook,
    )


def _plan(config: RunConfig, train_rows: int, total: int) -> list[str]:
    data = config.data
    return [
        _("{n} reviews are read; what is longer than {limit} tokens is cut.").format(
            n=fmt.count(train_rows), limit=fmt.count(data.max_length)
        ),
        _("{model} learns from them in {total} steps; each step is drawn here.").format(
            model=config.model.name, total=fmt.count(total)
        ),
        _("After each epoch it rates up to {n} reviews it has never seen.").format(n=fmt.count(data.eval_size)),
        _("Then it reads whatever you write, on the Predict page."),
    ]


def subtitle(config: RunConfig) -> str:
    """What would be trained on what."""
    return f"{source_words(config.data.parsed_source)} · {config.model.name}"


def source_words(source: Source) -> str:
    """A source as a person says it: `Bundled sample`, `reviews.csv`, `Yelp/yelp_review_full`."""
    return _("Bundled sample") if source.is_sample else source.title


def _profile(config: RunConfig) -> tuple[Profile | None, str]:
    data = config.data
    source = data.parsed_source
    if source.is_hub and not table_reports.is_loaded(source):
        return None, ""
    try:
        return table_reports.as_configured(data), ""
    except StarboardError as error:
        return None, " ".join(messages.of(error)).strip()


def _models() -> dict[str, str]:
    """The models of the catalogue, with size and languages."""
    return {
        each.name: _("{n} M parameters · {languages}").format(n=f"{each.parameters:g}", languages=_languages(each))
        for each in CATALOGUE
    }


def _languages(model: CatalogueModel) -> str:
    if model.languages == "100":
        return _("about 100 languages")
    names = {"en": _("English"), "ja": _("Japanese")}
    return ", ".join(names.get(each, each) for each in model.languages.split(", "))


def _train_size(parts: Parts | None, classes: int) -> str:
    if parts is None:
        return ""
    return _("of {rows} · about {each} per class").format(
        rows=fmt.count(parts.train_of), each=fmt.count(round(parts.train / max(classes, 1)))
    )


def _cut(config: RunConfig, report: Profile | None) -> tuple[str, str]:
    """What the limit cuts, in words and as a picture; neither before the reviews are known."""
    if report is None:
        return "", ""
    counted = table_reports.token_lengths(config.data.parsed_source, report.text_column)
    share = lengths.share_cut(counted, config.data.max_length)
    words = _("tokens · {share} of reviews are cut").format(share=fmt.percent(share, 1))
    counted_by = table_reports.counted_by(config.data.parsed_source, report.text_column)
    if counted_by != table_reports.called(config.model.name):
        words = f"{words} · {_('counted as {model} counts').format(model=counted_by)}"
    return words, illustrations.cut(counted, config.data.max_length)


def _warnings(config: RunConfig, parts: Parts | None) -> dict[str, str]:
    """What to mind, by the setting that causes it."""
    found = _size_warnings(config, parts) if parts is not None else {}
    training = config.training
    if training.learning_rate > 5e-4 and not (config.model.lora_rank or config.model.freeze_encoder):
        found["training.learning_rate"] = _("A learning rate above 5e-4 makes most encoders diverge.")
    if training.num_train_epochs > 5 and not keeps_best(training):
        found["training.num_train_epochs"] = _("After many epochs the last model is seldom the best: keep the best.")
    if config.model.lora_rank and training.learning_rate < 2e-4:
        found["model.lora_rank"] = _("LoRA learns slowly at this learning rate: try 1e-3.")
    if config.model.freeze_encoder and training.learning_rate < 5e-4:
        found["model.freeze_encoder"] = _("The head alone learns slowly at this learning rate: try 2e-3.")
    if config.data.eval_size < 100:
        found["data.eval_size"] = _("With so few reviews the score is off by ten points or more.")
    return found


def _size_warnings(config: RunConfig, parts: Parts) -> dict[str, str]:
    data = config.data
    if parts.eval_split is None:
        if (parts.train, parts.eval) == (data.train_size, data.eval_size):
            return {}
        words = _("There are {rows} reviews, fewer than {train} + {eval}: all are used, in that proportion.")
        numbers = {"rows": parts.train_of, "train": data.train_size, "eval": data.eval_size}
        return {"data.train_size": words.format(**{name: fmt.count(number) for name, number in numbers.items()})}
    found = {}
    for split, path, rows in (
        ("train", "data.train_size", parts.train_of),
        (parts.eval_split, "data.eval_size", parts.eval_of),
    ):
        asked = config.get(path)
        if asked > rows:
            words = _("The {split} part has {rows} reviews, fewer than {asked}: all are used.")
            found[path] = words.format(split=split, rows=fmt.count(rows), asked=fmt.count(asked))
    return found
