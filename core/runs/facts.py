"""What a run found out about its data and itself: what is learned, sizes, what must be beaten, how fast it goes.

Knows no store. Facts are found piece by piece, so each may be missing; in the database and in a run's folder they are
a JSON object of those that are known. Guarantees that any such object can be read: a fact that is not what it should
be, such as one of another version, counts as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from core.runs.pace import Pace


class Observed(BaseModel):
    """What a run saw of its table, its model and its computer that its configuration does not say: the plain script
    is written from it.

    Attributes:
        layout, eval_split, cells, as_text, incomplete, train_how, eval_how, pools: of `core.data.rows.Origin`.
        dropouts: the settings of the model that are its attention dropout.
        pad_token: the token that pads, where the model's own tokenizer names none.
        bf16: whether products were rounded to it.
        device: "cpu", "cuda" or "mps".
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    layout: dict[str, Any]
    eval_split: str | None
    cells: tuple[tuple[str | int | float | bool, int], ...]
    as_text: bool
    incomplete: bool
    train_how: Literal["shuffled", "stratified", "reshuffled"]
    eval_how: Literal["shuffled", "stratified", "reshuffled"]
    pools: dict[str, str] = {}
    # These become names in a script, so nothing else may stand here, also in a run from elsewhere.
    dropouts: tuple[Literal["attention_probs_dropout_prob", "attention_dropout", "attn_pdrop"], ...]
    pad_token: str | None
    bf16: bool
    device: Literal["cpu", "cuda", "mps"]


class Rows(BaseModel):
    """The rows of a run, as far as it takes to notice that they are others when it goes on.

    Attributes:
        train, eval: reviews in each part.
        texts, labels, classes: checksums of the texts and class numbers of both parts in their order, and of the names
            of the classes.
        in_proportion: whether a table with too few rows was divided as it was before these were kept.
        test: a checksum of texts and class numbers that are kept for the test; None where there are none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    train: int
    eval: int
    texts: str
    labels: str
    classes: str
    in_proportion: bool
    test: str | None = None


# Row numbers of a longer test part are not kept: it is found again by the configuration.
MOST_TEST_NUMBERS = 10_000


class Facts(BaseModel):
    """What is known of a run beside its configuration and progress; None and () where it is not known.

    Attributes:
        task, classes, ratings: the name of the task, the names of the C classes, and what each is worth where they are
            ratings.
        text_column, label_column: as they were found in the table.
        text_columns, no_text: the columns that the text is made of where these are several, and what stands in them
            where nothing was written.
        train_rows, eval_rows, test_rows: reviews in each part.
        test_numbers: which rows of the source are kept for the test, from 0, its splits one after the other; none where
            they are more than MOST_TEST_NUMBERS.
        train_cut, eval_cut: reviews of each part that were cut at `max_length` tokens.
        train_tokens: tokens of one epoch, without padding.
        processes: how many train together.
        commonest, baseline, tfidf: the class guessed always, its scores, and those of the linear model.
        pace: what the time left is reckoned from.
        eval_step: the step whose weights the scores of the run are of.
        observed: what a plain script needs besides.
        rows: what tells whether they are the same when the run goes on.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    task: str | None = None
    classes: tuple[str, ...] = ()
    ratings: tuple[float, ...] | None = None
    text_column: str | None = None
    label_column: str | None = None
    text_columns: tuple[str, ...] = ()
    no_text: tuple[str, ...] = ()
    train_rows: int | None = None
    eval_rows: int | None = None
    test_rows: int | None = None
    test_numbers: tuple[int, ...] = ()
    train_cut: int | None = None
    eval_cut: int | None = None
    max_length: int | None = None
    train_tokens: int | None = None
    processes: int | None = None
    commonest: str | None = None
    baseline: dict[str, float] | None = None
    tfidf: dict[str, float] | None = None
    pace: Pace | None = None
    eval_step: int | None = None
    observed: Observed | None = None
    rows: Rows | None = None

    @field_validator("pace", mode="before")
    @classmethod
    def _of_this_version(cls, raw: object) -> Pace | None:
        if raw is None or isinstance(raw, Pace):
            return raw
        pace = Pace.from_dict(raw)
        if pace is None:
            raise ValueError("not a pace of this version")
        return pace

    @classmethod
    def read(cls, raw: object) -> Facts:
        """The facts of a JSON object, without those that are not what they should be."""
        known = dict(raw) if isinstance(raw, Mapping) else {}
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            wrong = {problem["loc"][0] for problem in error.errors()}
            return cls.model_validate({name: value for name, value in known.items() if name not in wrong})

    @property
    def at_the_time(self) -> dict[str, Any]:
        """What the run did about settings that may not have been there when it began, as far as its facts tell."""
        return {"data.task": "ratings" if self.ratings else "classes"} if self.classes else {}

    def to_dict(self) -> dict[str, Any]:
        """The facts that are known, as JSON has them."""
        return self.model_dump(mode="json", exclude_unset=True)
