"""A run as the plain Python script that does the same, step by step, and as the command that repeats it.

Knows the configuration, the facts of a run and its task. Guarantees that the steps put together are a whole script,
with no line of Starboard in it unless the data is the bundled sample. It needs the hub for the metric and, unless the
model is a folder, the model. Its length-grouped order is Trainer's own, which can't be repeated; everything else is the
same.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core import tasks
from core.config import RunConfig
from core.data.formats import FORMATS, format_of
from core.models import bundled
from core.runs.facts import Facts
from core.runs.run import Stage, Status
from core.training.arguments import keyword_arguments


class StepKey(StrEnum):
    """Which step of the tutorial it is, whatever it is called."""

    LOAD = "load"
    SUBSET = "subset"
    TOKENISE = "tokenise"
    MODEL = "model"
    ARGUMENTS = "arguments"
    METRIC = "metric"
    TRAIN = "train"
    PREDICT = "predict"


@dataclass(frozen=True)
class Step:
    """One step of the tutorial: its title in English, and its lines."""

    key: StepKey
    title: str
    code: str


_STEP_OF_STAGE: dict[str, StepKey] = {
    Stage.READING: StepKey.LOAD,
    Stage.LOADING: StepKey.MODEL,
    Stage.TOKENISING: StepKey.TOKENISE,
    Stage.ENCODING: StepKey.TRAIN,
    Stage.COMPARING: StepKey.METRIC,
}
_STEP_OF_STATUS = {
    Status.TRAINING: StepKey.TRAIN,
    Status.EVALUATING: StepKey.METRIC,
    Status.SAVING: StepKey.TRAIN,
}


def step_of(status: Status, stage: str | None = None) -> StepKey | None:
    """The step of the script that a run is at, None when it is at none.

    Args:
        stage: of a run that prepares; unknown ones are no step.
    """
    if status is Status.PREPARING:
        return _STEP_OF_STAGE.get(stage or "")
    return _STEP_OF_STATUS.get(status)


def command(config_file: Path) -> str:
    """The command line that repeats a run from its saved configuration."""
    return f"python -m core train {shlex.quote(str(config_file))}"


def steps(config: RunConfig, facts: Facts | None = None) -> list[Step]:
    """The script of a run in the tutorial's seven steps.

    Args:
        config: the run.
        facts: what the run found out, such as guessed columns; placeholders stand for them before.
    """
    facts = facts or Facts()
    text = config.data.text_column or facts.text_column or "text"
    usual_label = "label" if config.data.parsed_source.is_hub else "stars"
    label = config.data.label_column or facts.label_column or usual_label
    best = tasks.TASKS[facts.task if facts.task in tasks.TASKS else "classes"].best
    keywords = keyword_arguments(config, "checkpoints", best)
    arguments = "".join(f"    {name}={value!r},\n" for name, value in keywords.items())
    return [
        Step(StepKey.LOAD, "Load", _load(config)),
        Step(StepKey.SUBSET, "Subset", _subset(config, text, label)),
        Step(
            StepKey.TOKENISE,
            "Tokenise",
            "from transformers import AutoTokenizer\n\n"
            f"tokenizer = AutoTokenizer.from_pretrained({_place(config)})\n\n\n"
            "def tokenize(examples):\n"
            f'    return tokenizer(examples["text"], truncation=True, max_length={config.data.max_length})\n\n\n'
            "train_dataset = train_dataset.map(tokenize, batched=True)\n"
            "eval_dataset = eval_dataset.map(tokenize, batched=True)",
        ),
        Step(StepKey.MODEL, "Model", _model(config)),
        Step(
            StepKey.ARGUMENTS,
            "Arguments",
            f"from transformers import TrainingArguments\n\nargs = TrainingArguments(\n{arguments})",
        ),
        Step(StepKey.METRIC, "Metric", _METRIC.replace("METRIC", best.name)),
        Step(StepKey.TRAIN, "Train", _train(config)),
    ]


def predict_step(model_folder: Path) -> Step:
    """What the Predict page does, with the library's own pipeline."""
    return Step(
        StepKey.PREDICT,
        "Predict",
        "from transformers import pipeline\n\n"
        f'rate = pipeline("text-classification", model={str(model_folder)!r}, top_k=None)\n'
        'rate("Best meal of my life!", truncation=True)',
    )


def script(config: RunConfig, facts: Facts | None = None) -> str:
    """The steps as one file."""
    return "\n\n".join(f"# {number}. {step.title}\n{step.code}" for number, step in enumerate(steps(config, facts), 1))


def _load(config: RunConfig) -> str:
    source = config.data.parsed_source
    if source.is_hub:
        extra = f", {source.configuration!r}" if source.configuration else ""
        return f"from datasets import load_dataset\n\ndataset = load_dataset({source.repository!r}{extra})"
    if source.is_sample:
        return (
            "from datasets import Dataset, DatasetDict\n\nfrom core.data import sample  # synthetic reviews\n\n"
            "dataset = DatasetDict({\n"
            '    split: Dataset.from_dict(dict(zip(("text", "stars"), sample.make(split))))\n'
            '    for split in ("train", "test")\n})'
        )
    # A file of no known format never becomes a run.
    found = format_of(source.value) or FORMATS[0]
    reader = found.script.format(path=source.value)
    return f"import pandas as pd\nfrom datasets import Dataset\n\ntable = {reader}"


def _subset(config: RunConfig, text: str, label: str) -> str:
    data = config.data
    rename = (
        f"def prepare(rows):\n"
        f"    rows = rows.select_columns([{text!r}, {label!r}])\n"
        f'    return rows.rename_columns({{{text!r}: "text", {label!r}: "label"}}).class_encode_column("label")\n\n\n'
    )
    if data.parsed_source.is_file:
        return (
            f"import numpy as np\n\n"
            f'table = table.rename(columns={{{text!r}: "text", {label!r}: "label"}})[["text", "label"]]\n'
            f'rows = Dataset.from_pandas(table).class_encode_column("label")\n'
            f"order = np.random.default_rng({data.seed}).permutation(len(rows))\n"
            f"eval_dataset = rows.select(order[:{data.eval_size}])\n"
            f"train_dataset = rows.select(order[{data.eval_size}:{data.eval_size + data.train_size}])"
        )
    if data.subset == "stratified":
        rename += "# Starboard keeps the class shares here; plain shuffling comes close to them.\n"
    picks = "\n".join(
        f'{name}_dataset = prepare(dataset["{split}"]).shuffle(seed={data.seed}).select(range({size}))'
        for name, split, size in (("train", "train", data.train_size), ("eval", "test", data.eval_size))
    )
    return rename + picks


def _place(config: RunConfig) -> str:
    return repr(bundled.HUB_ID if config.model.name == bundled.NAME else config.model.name)


def _model(config: RunConfig) -> str:
    # These families call it differently in their configuration.
    newer = any(family in config.model.name.lower() for family in ("distilbert", "modernbert", "ettin"))
    dropout = "attention_dropout" if newer else "attention_probs_dropout_prob"
    lines = [
        "import torch",
        "from transformers import AutoModelForSequenceClassification, set_seed",
        "",
        f"set_seed({config.training.seed})",
        "model = AutoModelForSequenceClassification.from_pretrained(",
        f"    {_place(config)},",
        '    num_labels=train_dataset.features["label"].num_classes,',
        f"    {dropout}={config.model.attention_dropout},",
        "    dtype=torch.float32,",
        "    ignore_mismatched_sizes=True,",
        ")",
        "model.accepts_loss_kwargs = False",
    ]
    if config.model.freeze_embeddings:
        lines.append("model.get_input_embeddings().requires_grad_(False)")
    if config.model.freeze_encoder:
        lines += [
            "model.base_model.requires_grad_(False)",
            'if getattr(model.base_model, "pooler", None) is not None:',
            "    model.base_model.pooler.requires_grad_(True)",
        ]
    if config.model.lora_rank:
        rank = config.model.lora_rank
        lines += [
            "",
            "from peft import LoraConfig, get_peft_model",
            "",
            f'lora = LoraConfig(task_type="SEQ_CLS", r={rank}, lora_alpha={2 * rank}, target_modules="all-linear")',
            "model = get_peft_model(model, lora)",
        ]
    return "\n".join(lines)


_METRIC = """import evaluate
import numpy as np

metric = evaluate.load("METRIC")


def compute_metrics(prediction):
    logits, labels = prediction
    return metric.compute(predictions=np.argmax(logits, axis=-1), references=labels)"""


def _train(config: RunConfig) -> str:
    patience = config.training.early_stopping_patience
    extra = f"    callbacks=[EarlyStoppingCallback({patience})],\n" if patience else ""
    names = "EarlyStoppingCallback, Trainer" if patience else "Trainer"
    return (
        f"from transformers import {names}\n\n"
        "trainer = Trainer(\n    model=model,\n    args=args,\n    train_dataset=train_dataset,\n"
        "    eval_dataset=eval_dataset,\n    processing_class=tokenizer,\n"
        f"    compute_metrics=compute_metrics,\n{extra})\ntrainer.train()\n"
        'trainer.save_model("model")'
    )
