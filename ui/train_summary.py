"""What a click on Train will do, in words: steps, rows, what is cut, what to mind. Knows the draft and its data."""

from __future__ import annotations

from dataclasses import dataclass

from core import lengths
from core.config import RunConfig
from core.data.profile import Profile
from core.errors import StarboardError
from core.training.arguments import steps_per_epoch, total_steps
from ui import data_cache, messages
from ui import format as fmt
from ui.words import _


@dataclass(frozen=True)
class Summary:
    """Sentences for the Train page; `rows` are the reviews one may train on, None before that is known."""

    train_size: str
    steps_per_epoch: str
    cut: str
    words: str
    warnings: list[str]
    rows: int | None


def summarise(config: RunConfig) -> Summary:
    """Look at the draft and, where that is quick, at its data."""
    report, problem = _profile(config)
    rows, train_rows = _rows(config, report)
    training = config.training
    steps = steps_per_epoch(training, train_rows)
    total = total_steps(training, train_rows)
    return Summary(
        train_size=_train_size(config, report),
        steps_per_epoch=_("{n} steps an epoch").format(n=fmt.count(steps)),
        cut=_cut(config, report),
        words=_("{total} steps: {epochs} epochs of {steps}.").format(
            total=fmt.count(total), epochs=f"{training.num_train_epochs:g}", steps=fmt.count(steps)
        ),
        warnings=[problem] if problem else _warnings(config, report),
        rows=rows,
    )


def subtitle(config: RunConfig) -> str:
    """What would be trained on what."""
    return f"{source_words(config.data.source)} · {config.model.name}"


def source_words(source: str) -> str:
    """A source as a person says it: `Bundled sample`, `reviews.csv`, `Yelp/yelp_review_full`."""
    kind, _colon, value = source.partition(":")
    if kind == "sample":
        return _("Bundled sample")
    return value.replace("\\", "/").rsplit("/", 1)[-1] if kind == "file" else value


def _profile(config: RunConfig) -> tuple[Profile | None, str]:
    data = config.data
    if data.source.startswith("hub:") and not data_cache.is_loaded(data.source):
        return None, ""
    try:
        return data_cache.profile(data.source, data.text_column, data.label_column), ""
    except StarboardError as error:
        return None, " ".join(messages.of(error)).strip()


def _rows(config: RunConfig, report: Profile | None) -> tuple[int | None, int]:
    """Rows one may train on, and those that will be."""
    asked, evaluation = config.data.train_size, config.data.eval_size
    if report is None:
        return None, asked
    if "test" in report.splits:
        rows = report.splits["train"]
        return rows, min(asked, rows)
    if asked + evaluation > report.rows:
        return report.rows, max(1, round(report.rows * asked / (asked + evaluation)))
    return report.rows, asked


def _train_size(config: RunConfig, report: Profile | None) -> str:
    if report is None:
        return ""
    rows, used = _rows(config, report)
    return _("of {rows} · about {each} per class").format(
        rows=fmt.count(rows), each=fmt.count(round(used / max(len(report.classes), 1)))
    )


def _cut(config: RunConfig, report: Profile | None) -> str:
    if report is None:
        return ""
    counted = data_cache.token_lengths(config.data.source, report.text_column)
    share = lengths.share_cut(counted, config.data.max_length)
    return _("tokens · {share} of reviews are cut").format(share=fmt.percent(share, 1))


def _warnings(config: RunConfig, report: Profile | None) -> list[str]:
    found = []
    data, training = config.data, config.training
    if training.learning_rate > 5e-4:
        found.append(_("A learning rate above 5e-4 makes most encoders diverge."))
    if report is not None and "test" not in report.splits and data.train_size + data.eval_size > report.rows:
        found.append(
            _("There are {rows} reviews, fewer than {train} + {eval}: all are used, in that proportion.").format(
                rows=fmt.count(report.rows), train=fmt.count(data.train_size), eval=fmt.count(data.eval_size)
            )
        )
    for split, asked in (("train", data.train_size), ("test", data.eval_size)):
        if report is not None and "test" in report.splits and asked > report.splits[split]:
            found.append(
                _("The {split} part has {rows} reviews, fewer than {asked}: all are used.").format(
                    split=split, rows=fmt.count(report.splits[split]), asked=fmt.count(asked)
                )
            )
    return found
