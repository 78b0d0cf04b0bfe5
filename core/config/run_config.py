"""RunConfig: every setting of a run, defined once.

Type, default, range, unit and help stand in the field; the forms, the command line's `--set`, the JSON file and
the validation are all read from here. Names follow `transformers.TrainingArguments` wherever one exists.

Knows nothing of data, models or Streamlit, and imports none of torch, transformers or datasets. Guarantees that a
`RunConfig` that exists is valid, and that a wrong one reports all its problems at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from core.config import class_names
from core.config.problems import limited, of_pydantic, unknown
from core.config.setting import Setting, described, setting
from core.config.source import Source
from core.config.texts import AsWritten, OnOneLine, Whole
from core.errors import ConfigError
from core.messages import Message


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


# What can be done about faults of a table, in the order in which it is done: texts first, then rows.
Remedy = Literal["unicode", "html", "urls", "conflicts", "duplicates", "near_duplicates", "one_word", "leaks"]


class ClassConfig(_Section):
    """One class that is learned, and what the table calls it.

    Attributes:
        of: its names in the table, as `profile` lists them or as they are written there.
        low, high: takes the numbers from `low` to below `high` besides; None is no limit on that side.
        value: what it is worth where classes are ratings. Where no class has one, each is worth the one rating that
            it takes, else its place, counted from 1.
    """

    name: Annotated[str, Field(min_length=1, max_length=200), OnOneLine]
    of: list[Annotated[str, AsWritten, Whole]] = []
    low: float | None = None
    high: float | None = None
    value: float | None = None


class DataConfig(_Section):
    """Which reviews, and how much of each."""

    source: Annotated[str, Field(min_length=1), OnOneLine] = setting(
        "sample:reviews",
        "Dataset",
        "sample:reviews, file:PATH (csv, tsv, json, xlsx, parquet, zip, gz) or hub:OWNER/NAME.",
        belongs_to="table",
    )
    text_column: Annotated[str, Whole] | None = setting(
        None, "Text column", "The column with the review; guessed when left out.", belongs_to="table"
    )
    text_columns: list[Annotated[str, Whole]] = setting(
        [],
        "Several text columns",
        "Read one after the other as one text, such as title and body; takes the place of the text column.",
        belongs_to="table",
    )
    label_column: Annotated[str, Whole] | None = setting(
        None, "Label column", "The column with the rating; guessed when left out.", belongs_to="table"
    )
    task: Literal["auto", "classes", "ratings"] = setting(
        "auto",
        "What it learns",
        "auto takes ratings where the labels say that they are; classes have no order and no distance.",
        belongs_to="table",
    )
    classes: list[ClassConfig] = setting(
        [],
        "Classes",
        "What is learned and what the table calls it, in order: renames, merges and drops classes.",
        belongs_to="table",
    )
    train_size: int = setting(
        1000,
        "Training reviews",
        "How many reviews the model learns from.",
        unit="reviews",
        log=True,
        ge=8,
        le=10_000_000,
    )
    eval_size: int = setting(
        1000,
        "Evaluation reviews",
        "Unseen reviews that measure it.",
        unit="reviews",
        log=True,
        ge=8,
        le=10_000_000,
    )
    test_size: int = setting(
        0,
        "Test reviews",
        "Kept aside from training and from every choice, for one last score; 0 keeps none.",
        unit="reviews",
        belongs_to="table",
        ge=0,
        le=10_000_000,
    )
    max_length: int = setting(
        256, "Longest review", "Longer reviews are cut after this many tokens.", unit="tokens", ge=8, le=8192
    )
    subset: Literal["shuffle", "stratified", "balanced"] = setting(
        "shuffle",
        "Subset",
        "shuffle takes rows at random, as the tutorial; stratified keeps the class shares; balanced takes as "
        "many of each.",
    )
    split: Literal["source", "column", "grouped", "time"] = setting(
        "source",
        "Parts",
        "source takes the parts that the dataset has, else cuts at random; column, grouped and time go by a column.",
        belongs_to="table",
    )
    split_column: Annotated[str, Whole] | None = setting(
        None,
        "Column of the parts",
        "Which part a row belongs to, what may not stand on both sides, or when it was written.",
        belongs_to="table",
    )
    remedies: list[Remedy] = setting(
        [],
        "Remedies",
        "What is done about faults of the table before training: unicode, html, urls, conflicts, duplicates, "
        "near_duplicates, one_word, leaks.",
        belongs_to="table",
    )
    seed: int = setting(42, "Subset seed", "The same seed picks the same reviews.", ge=0, le=2**31 - 1)

    @field_validator("classes")
    @classmethod
    def _can_be_told_apart(cls, classes: list[ClassConfig]) -> list[ClassConfig]:
        if (problem := class_names.problem(classes)) is not None:
            raise ValueError(problem)
        return classes

    @property
    def parsed_source(self) -> Source:
        """The source taken apart."""
        return Source.parse(self.source)


class ModelConfig(_Section):
    """Which pretrained encoder, and which parts of it learn."""

    name: Annotated[str, Field(min_length=1), OnOneLine] = setting(
        "minilm", "Model", "minilm, a Hugging Face Hub id, or a local folder."
    )
    attention_dropout: float = setting(
        0.0,
        "Attention dropout",
        "Share of attention weights dropped; 0 allows the fast kernel.",
        ge=0,
        le=0.9,
    )
    freeze_embeddings: bool = setting(
        False, "Freeze embeddings", "Keeps the word vectors as they are: faster, slightly less adaptable."
    )
    freeze_encoder: bool = setting(
        False,
        "Head only",
        "Reads every review once and trains only the head on what was read: seconds instead of minutes.",
    )
    lora_rank: int = setting(
        0,
        "LoRA rank",
        "0 trains all weights; above 0 trains small added matrices of this rank instead.",
        ge=0,
        le=256,
    )

    @model_validator(mode="after")
    def _one_way_to_freeze(self) -> Self:
        if self.freeze_encoder and self.lora_rank:
            raise ValueError(
                Message(
                    "model.freeze_encoder is true and model.lora_rank is {rank}; expected one of them: "
                    "set model.lora_rank to 0 or model.freeze_encoder to false",
                    rank=self.lora_rank,
                )
            )
        return self


class TrainingConfig(_Section):
    """How the weights move."""

    num_train_epochs: float = setting(3.0, "Epochs", "Passes over the training reviews.", unit="epochs", gt=0, le=100)
    per_device_train_batch_size: int = setting(
        8, "Batch size", "Reviews that share one step.", unit="reviews", ge=1, le=1024
    )
    per_device_eval_batch_size: int = setting(
        256,
        "Evaluation batch size",
        "Most reviews scored at once, fewer where they are long; no effect on the scores.",
        unit="reviews",
        ge=1,
        le=4096,
    )
    gradient_accumulation_steps: int = setting(
        1, "Gradient accumulation", "Batches summed before the weights move.", unit="batches", ge=1, le=1024
    )
    learning_rate: float = setting(
        1e-4, "Learning rate", "How far each step moves the weights.", log=True, gt=0, le=100
    )
    weight_decay: float = setting(0.01, "Weight decay", "Pulls weights towards zero, against overfitting.", ge=0, le=10)
    warmup_steps: float = setting(
        0.1,
        "Warm-up",
        "Steps of rising learning rate; below 1 it is a share of all steps.",
        unit="steps",
        ge=0,
        le=1e6,
    )
    lr_scheduler_type: Literal["linear", "cosine", "constant", "constant_with_warmup", "polynomial"] = setting(
        "linear", "Schedule", "How the learning rate falls after the warm-up."
    )
    label_smoothing_factor: float = setting(
        0.0,
        "Label smoothing",
        "Asks for less certainty than the label claims; helps with noisy ratings.",
        ge=0,
        lt=1,
    )
    max_grad_norm: float = setting(
        1.0, "Gradient clipping", "Longest gradient let through; 0 is no limit.", ge=0, le=1e4
    )
    early_stopping_patience: int = setting(
        0,
        "Early stopping",
        "Stops after this many evaluations without progress and keeps the best; 0 never.",
        unit="evaluations",
        ge=0,
        le=100,
    )
    load_best_model_at_end: bool = setting(
        False, "Keep the best", "Ends with the weights of the best evaluation instead of the last."
    )
    eval_on_start: bool = setting(True, "Evaluate first", "Scores the untrained model, so that curves start at step 0.")
    train_sampling_strategy: Literal["random", "group_by_length"] = setting(
        "group_by_length",
        "Order",
        "group_by_length puts reviews of like length in a batch: less padding, faster.",
    )
    save_total_limit: int = setting(
        2,
        "Checkpoints kept",
        "At most this many; the last and the best one always stay.",
        unit="checkpoints",
        ge=1,
        le=100,
        belongs_to="computer",
    )
    save_minutes: float = setting(
        10.0,
        "Checkpoint every",
        "Also within a long epoch, so that a crash costs no more than this; 0 only after each epoch.",
        unit="minutes",
        ge=0,
        le=1440,
        belongs_to="computer",
    )
    processes: int = setting(
        1,
        "Processes",
        "How many train together on this computer, one for each GPU; each takes a batch of its own.",
        unit="processes",
        ge=1,
        le=64,
        belongs_to="computer",
    )
    precision: Literal["auto", "fp32", "bf16"] = setting(
        "auto", "Precision", "auto takes bf16 where the processor is fast at it, else fp32."
    )
    plain: bool = setting(
        False,
        "Without quick parts",
        "Trains with the Trainer as it comes: slower, and the plain script then ends with the same scores.",
    )
    seed: int = setting(42, "Training seed", "The same seed repeats the same run.", ge=0, le=2**31 - 1)
    report_to: list[Annotated[str, OnOneLine]] = setting(
        [], "Trackers", "Other trackers that get the metrics too, such as mlflow.", belongs_to="computer"
    )


class RunConfig(_Section):
    """All settings of one run."""

    name: Annotated[str, Field(max_length=120), OnOneLine] = setting(
        "", "Name", "How you want to find it again.", belongs_to="table"
    )
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()

    def get(self, path: str) -> Any:
        """The value at a dotted path such as `training.learning_rate`."""
        value: Any = self
        for part in path.split("."):
            value = getattr(value, part)
        return value

    def replace(self, changes: Mapping[str, Any]) -> RunConfig:
        """A copy with the settings at dotted paths changed, validated anew.

        Raises:
            ConfigError: a path is unknown or a value is out of range; names every such setting.
        """
        raw = self.model_dump()
        for path, value in changes.items():
            put(raw, path, value)
        return parse(raw)

    def changes(self) -> dict[str, Any]:
        """Dotted path -> value, as JSON has it, for every setting that differs from its default."""
        default, plain = RunConfig(), self.model_dump(mode="json")
        return {s.path: _at(plain, s.path) for s in settings() if self.get(s.path) != default.get(s.path)}


def _at(raw: Any, path: str) -> Any:
    for part in path.split("."):
        raw = raw[part]
    return raw


def settings() -> list[Setting]:
    """Every setting in the order in which it is defined."""
    return list(described(RunConfig))


def find(path: str) -> Setting:
    """The setting at a dotted path.

    Raises:
        ConfigError: there is none.
    """
    for known in settings():
        if known.path == path:
            return known
    raise ConfigError([unknown(path, settings())])


def parse(raw: object) -> RunConfig:
    """Turn what a JSON file or a form holds into a RunConfig.

    Raises:
        ConfigError: anything is wrong; names key, value and allowed range of every problem.
    """
    if not isinstance(raw, Mapping):
        kind = type(raw).__name__
        raise ConfigError([Message("The configuration is a {kind}, expected a JSON object", kind=kind)])
    try:
        return RunConfig.model_validate(raw)
    except ValidationError as error:
        found = error.errors()
        known = settings()
        raise ConfigError(limited((of_pydantic(each, known) for each in found), len(found))) from None


def put(raw: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path of a raw configuration.

    Raises:
        ConfigError: what should be a section is something else.
    """
    *sections, key = path.split(".")
    for section in sections:
        inner = raw.setdefault(section, {})
        if not isinstance(inner, dict):
            raise ConfigError(
                [Message("{section}: found {found!r}, expected an object of settings", section=section, found=inner)]
            )
        raw = inner
    raw[key] = value
