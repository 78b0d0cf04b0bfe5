"""transformers: hooks of the Trainer, the attention interface, and how BERT and its kin are built."""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path
from types import MethodType
from typing import Any, NamedTuple

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    EarlyStoppingCallback,
    PreTrainedConfig,
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    modeling_outputs,
)
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.trainer_callback import ExportableState
from transformers.trainer_utils import SchedulerType, rotate_checkpoints
from transformers.utils import cached_file

from core.config import RunConfig, settings
from core.training import resuming
from core.training.arguments import keyword_arguments
from core.training.trainer import ReviewTrainer

LIBRARY = "transformers"
ROWS, CLASSES, WORDS, WIDTH = 12, 3, 60, 16

# What core/training/trainer.py puts something of its own in place of, with the parameters that it names or passes on.
OVERRIDDEN: dict[str, list[str]] = {
    "get_train_dataloader": [],
    "_get_train_sampler": ["train_dataset"],
    "compute_loss": ["model", "inputs", "return_outputs", "num_items_in_batch"],
    "training_step": ["model", "inputs", "num_items_in_batch"],
    "_run_epoch": [
        "model",
        "epoch",
        "train_dataloader",
        "steps_in_epoch",
        "num_update_steps_per_epoch",
        "trial",
        "ignore_keys_for_eval",
        "start_time",
        "resume_from_checkpoint",
        "epochs_trained",
        "steps_trained_in_current_epoch",
    ],
    "get_eval_dataloader": ["eval_dataset"],
    "evaluation_loop": ["dataloader", "description", "prediction_loss_only", "ignore_keys", "metric_key_prefix"],
    "evaluate": ["eval_dataset", "ignore_keys", "metric_key_prefix"],
    "_evaluate": ["trial", "ignore_keys_for_eval", "skip_scheduler"],
    "_get_output_dir": ["trial"],
    "_load_from_checkpoint": ["resume_from_checkpoint", "model"],
    "_issue_warnings_after_load": ["load_result"],
    "_load_callback_state": [],
    "_load_rng_state": ["checkpoint"],
    "_load_best_model": [],
    "_save_checkpoint": ["model", "trial"],
    "_load_optimizer_and_scheduler": ["checkpoint"],
}
# What it calls besides.
CALLED: dict[str, list[str]] = {
    "_determine_best_metric": ["metrics", "trial"],
    "_remove_unused_columns": ["dataset", "description"],
}


class Call(NamedTuple):
    """One call of a hook."""

    hook: str
    args: tuple[Any, ...]
    named: dict[str, Any]


class Recorded(Trainer):
    """A Trainer that keeps which of its hooks were called, and with what."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.calls: list[Call] = []
        super().__init__(*args, **named)


def _recording(hook: str) -> Callable[..., Any]:
    whole = getattr(Trainer, hook)

    def record(self: Recorded, *args: Any, **named: Any) -> Any:
        self.calls.append(Call(hook, args, named))
        return whole(self, *args, **named)

    return record


for _hook in (*OVERRIDDEN, *CALLED):
    setattr(Recorded, _hook, _recording(_hook))


class Events(TrainerCallback):
    """Keeps the events of a training with what the callback of the product reads from them."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, float, dict[str, Any]]] = []

    def _note(self, event: str, state: TrainerState, values: dict[str, Any] | None = None) -> None:
        self.seen.append((event, state.global_step, float(state.epoch or 0), dict(values or {})))

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("train_begin", state, {"max_steps": state.max_steps})

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("epoch_begin", state)

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("step_begin", state)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("step_end", state)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        self._note("log", state, logs)

    def on_prediction_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("prediction_step", state)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
        self._note("evaluate", state, metrics)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("save", state)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._note("epoch_end", state)

    def names(self) -> list[str]:
        return [event for event, *_ in self.seen]


def bert(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=WORDS,
            hidden_size=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=WIDTH,
            max_position_embeddings=32,
            num_labels=CLASSES,
        )
    )


def distilbert() -> Any:
    torch.manual_seed(0)
    return DistilBertForSequenceClassification(
        DistilBertConfig(
            vocab_size=WORDS,
            dim=WIDTH,
            n_layers=2,
            n_heads=2,
            hidden_dim=WIDTH,
            max_position_embeddings=32,
            num_labels=CLASSES,
        )
    )


FAMILIES = pytest.mark.parametrize("make", [bert, distilbert])


def rows(count: int = ROWS) -> list[dict[str, Any]]:
    return [{"input_ids": [2, 3 + row, 4, 5], "label": row % CLASSES} for row in range(count)]


def collate(batch: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    ids = torch.tensor([row["input_ids"] for row in batch])
    labels = torch.tensor([row["label"] for row in batch])
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}


def arguments(folder: Path, **changes: Any) -> Any:
    named = {
        "per_device_train_batch_size": 4,
        "per_device_eval_batch_size": 4,
        "num_train_epochs": 2,
        "learning_rate": 1e-3,
        "logging_steps": 1,
        "eval_strategy": "epoch",
        "save_strategy": "epoch",
        "metric_for_best_model": "accuracy",
        "report_to": "none",
        "use_cpu": True,
        "dataloader_pin_memory": False,
        "disable_tqdm": True,
        "log_level": "error",
    }
    return TrainingArguments(**(named | {"output_dir": str(folder)} | changes))


def trainer(folder: Path, kind: type[Trainer] = Recorded, callbacks: Any = None, **changes: Any) -> Any:
    model = bert()
    model.accepts_loss_kwargs = False
    made = kind(
        model=model,
        args=arguments(folder, **changes),
        train_dataset=rows(),
        eval_dataset=rows(),
        data_collator=collate,
        compute_metrics=lambda found: {"accuracy": float((found.predictions.argmax(-1) == found.label_ids).mean())},
        callbacks=callbacks,
    )
    made.remove_callback(PrinterCallback)
    return made


class Trained(NamedTuple):
    """A small training, as it ended."""

    trainer: Any
    events: Events
    folder: Path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder, events = tmp_path_factory.mktemp("trained"), Events()
    made = trainer(
        folder, callbacks=[events, EarlyStoppingCallback(5)], eval_on_start=True, load_best_model_at_end=True
    )
    made.train()
    return Trained(made, events, folder)


# The Trainer's hooks


@pytest.mark.parametrize("hook", [*OVERRIDDEN, *CALLED])
def test_hooks_have_the_parameters_that_are_passed(hook: str) -> None:
    """ReviewTrainer overrides or calls this method by these parameters; without them every training fails."""
    wanted = (OVERRIDDEN | CALLED)[hook]
    found = [name for name in inspect.signature(getattr(Trainer, hook)).parameters if name != "self"]
    assert found[: len(wanted)] == wanted


def test_every_hook_that_is_overridden_is_listed() -> None:
    """A hook that ReviewTrainer begins to override needs a line here and on the page."""
    assert {name for name in vars(ReviewTrainer) if hasattr(Trainer, name) and not name.startswith("__")} == set(
        OVERRIDDEN
    )


def test_training_calls_every_hook_that_is_overridden(trained: Trained) -> None:
    """A hook that is no longer called is one of ReviewTrainer's that silently does nothing: no tally, no whole
    checkpoints, no repeatable order."""
    called = {call.hook for call in trained.trainer.calls}
    of_resuming = {
        "_load_optimizer_and_scheduler",
        "_load_from_checkpoint",
        "_load_callback_state",
        "_load_rng_state",
    }
    assert called >= {*OVERRIDDEN, "_determine_best_metric"} - of_resuming
    made = trainer(trained.folder, num_train_epochs=3)
    checkpoint = str(trained.folder / "checkpoint-6")
    made.train(resume_from_checkpoint=checkpoint)
    for hook in of_resuming:
        given = {call.args for call in made.calls if call.hook == hook}
        assert given == ({()} if hook == "_load_callback_state" else {(checkpoint,)}), hook


def test_only_the_evaluation_before_the_first_step_skips_the_scheduler(trained: Trained) -> None:
    """ReviewTrainer knows by `skip_scheduler` that an evaluation is the one before the first step, which a halted run
    may have owed: else it would not decide about the best model."""
    calls = [call for call in trained.trainer.calls if call.hook == "_evaluate"]
    assert [bool(call.named.get("skip_scheduler", call.args[2:] == (True,))) for call in calls] == [True, False, False]


def test_a_training_without_epochs_ends(tmp_path: Path) -> None:
    """ReviewTrainer leaves `_run_epoch` out where a halted run had no step left; the loop must bear that."""

    class Idle(Trainer):
        def _run_epoch(self, *args: Any, **named: Any) -> None:
            assert not args, "its arguments come by name"

    made = trainer(tmp_path, Idle)
    made.train()
    assert made.state.global_step == 0
    assert not made.is_in_train


def test_the_order_of_a_sampler_is_the_order_of_the_batches(tmp_path: Path) -> None:
    """The length-grouped order comes in through `_get_train_sampler`; otherwise it can be neither repeated nor
    resumed."""
    order = list(reversed(range(ROWS)))

    class Ordered(Trainer):
        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            return order

    loader = trainer(tmp_path, Ordered).get_train_dataloader()
    seen = [int(row) - 3 for batch in loader for row in batch["input_ids"][:, 1]]
    assert seen == order


def test_the_batch_size_of_a_process_is_known(tmp_path: Path) -> None:
    """`_train_batch_size` sizes the batches that several processes share."""
    assert trainer(tmp_path)._train_batch_size == 4


def test_logits_are_gathered_by_a_function_that_can_be_replaced(tmp_path: Path) -> None:
    """ReviewTrainer replaces `gather_function` at the start of `evaluation_loop`: accelerate's own drops reviews from
    a short last batch that it did not prepare."""
    seen = []

    def own(tensor: torch.Tensor) -> torch.Tensor:
        seen.append(len(tensor))
        return tensor

    class Gathering(Trainer):
        def evaluation_loop(self, *args: Any, **named: Any) -> Any:
            self.gather_function = own
            return super().evaluation_loop(*args, **named)

    scores = trainer(tmp_path, Gathering).evaluate()
    assert seen
    assert "eval_accuracy" in scores


def test_the_data_loader_of_an_evaluation_can_be_any(tmp_path: Path) -> None:
    """An evaluation by token budget has batches of different sizes, from a loader that accelerate did not prepare."""

    class Sorted(Trainer):
        def get_eval_dataloader(self, eval_dataset: Any = None) -> Any:
            batches = [[0], list(range(1, 8)), list(range(8, ROWS))]
            return torch.utils.data.DataLoader(self.eval_dataset, batch_sampler=batches, collate_fn=self.data_collator)

        def evaluation_loop(self, *args: Any, **named: Any) -> Any:
            self.gather_function = lambda tensor: tensor
            return super().evaluation_loop(*args, **named)

    made = trainer(tmp_path, Sorted)
    sizes = []

    def compute(found: Any) -> dict[str, float]:
        sizes.append(found.predictions.shape)
        return {"accuracy": 0.0}

    made.compute_metrics = compute
    made.evaluate()
    assert sizes == [(ROWS, CLASSES)]


def test_parts_of_a_batch_add_up_to_its_gradients(tmp_path: Path) -> None:
    """A batch that memory cannot hold is trained in parts: `training_step` must add gradients up, not set them, and
    return the loss that it was given."""
    gradients, losses = [], []
    for parts in (1, 2):
        made = trainer(tmp_path)
        for dropout in filter(lambda each: isinstance(each, torch.nn.Dropout), made.model.modules()):
            dropout.p = 0.0
        made.create_optimizer_and_scheduler(1)
        made.current_gradient_accumulation_steps = 1
        batches = [collate(rows(4))] if parts == 1 else [collate(rows(4)[:2]), collate(rows(4)[2:])]
        losses.append(sum(float(made.training_step(made.model, batch)) for batch in batches) / parts)
        gradients.append(made.model.classifier.weight.grad.clone() / parts)
    torch.testing.assert_close(*gradients)
    assert losses[0] == pytest.approx(losses[1])


# Control, state and events


def test_the_events_of_a_training_come_in_this_order(trained: Trained) -> None:
    """The stream of a run is made of these events; another order puts losses at the wrong step."""
    step, evaluation = ["step_begin", "step_end", "log"], ["prediction_step"] * 3 + ["log", "evaluate"]
    epoch = ["epoch_begin", *step * 3, "epoch_end", *evaluation, "save"]
    assert trained.events.names() == ["train_begin", *evaluation, *epoch * 2, "log"]
    begins = [epoch for event, _, epoch, _ in trained.events.seen if event == "epoch_begin"]
    assert begins == [0.0, 1.0]
    assert ("train_begin", 0, 0.0, {"max_steps": 6}) in trained.events.seen


def test_a_step_logs_what_the_charts_show(trained: Trained) -> None:
    """Loss, learning rate and gradient norm of the charts are taken from `on_log`."""
    logs = [logs for event, _, _, logs in trained.events.seen if event == "log" and "loss" in logs]
    assert len(logs) == 6
    assert all(set(each) >= {"loss", "learning_rate", "grad_norm"} for each in logs)


def test_an_evaluation_reports_scores_and_known_figures(trained: Trained) -> None:
    """What `evaluate` adds to the scores is left out by name; a new figure would be drawn as a score."""
    found = {name for event, _, _, values in trained.events.seen if event == "evaluate" for name in values}
    figures = {"runtime", "samples_per_second", "steps_per_second", "model_preparation_time"}
    assert found - {f"eval_{name}" for name in figures} == {"epoch", "eval_loss", "eval_accuracy"}


def test_a_stop_ends_training_after_the_step_and_saves(tmp_path: Path) -> None:
    """Stopping sets these flags of the control; else a stop evaluates first, saves nothing, or never comes."""

    class Stop(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
            control.should_training_stop = control.should_save = True
            control.should_evaluate = False
            return control

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
            control.should_evaluate = control.should_save = control.should_log = False
            return control

    events = Events()
    made = trainer(tmp_path, callbacks=[Stop(), events])
    made.train()
    assert [each.name for each in tmp_path.iterdir()] == ["checkpoint-1"]
    assert "evaluate" not in events.names()
    assert events.names().count("save") == 1
    assert not made.is_in_train


def test_an_exception_ends_an_evaluation_and_leaves_the_training_open(tmp_path: Path) -> None:
    """The evaluation loop heeds no control, so a stop inside it is an exception, after which `is_in_train` tells that
    the best weights were not loaded."""

    class Halted(Exception):  # noqa: N818 - as in the product
        pass

    class Stop(TrainerCallback):
        def on_prediction_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            raise Halted

    made = trainer(tmp_path, callbacks=[Stop()])
    with pytest.raises(Halted) as caught:
        made.train()
    assert made.is_in_train
    assert made.state.global_step == 3
    assert "evaluation_loop" in {frame.name for frame in traceback.extract_tb(caught.value.__traceback__)}


def test_the_state_knows_the_best_step(trained: Trained) -> None:
    """Which step the saved model is of, and which checkpoint stays, is read from these fields."""
    state = trained.trainer.state
    assert state.best_global_step in (3, 6)
    assert state.best_model_checkpoint == str(trained.folder / f"checkpoint-{state.best_global_step}")
    assert (state.global_step, state.max_steps) == (6, 6)
    assert isinstance(state.best_metric, float)


def test_a_new_best_score_is_told_and_noted(tmp_path: Path) -> None:
    """An evaluation that a halted run owed decides about the best model through `_determine_best_metric`."""
    made = trainer(tmp_path)
    assert made._determine_best_metric({"eval_accuracy": 0.5}, None)
    assert not made._determine_best_metric({"eval_accuracy": 0.4}, None)
    assert made.state.best_metric == 0.5


# Checkpoints


def test_a_checkpoint_has_the_files_by_which_it_counts_as_whole(trained: Trained) -> None:
    """core/runs/checkpoints.py goes on from a checkpoint only if these files are in it."""
    for step in (3, 6):
        folder = trained.folder / f"checkpoint-{step}"
        names = {file.name for file in folder.iterdir()}
        assert names >= {"model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json"}


def test_the_pickles_of_a_checkpoint_hold_no_code(trained: Trained) -> None:
    """core/training/resuming.py refuses a checkpoint whose pickles make more than tensors and plain values; those of
    the Trainer must pass."""
    assert resuming.fault(trained.folder / "checkpoint-3") is None


def test_what_a_checkpoint_lacks_is_told(trained: Trained, tmp_path: Path) -> None:
    """A checkpoint that lacks weights is refused in this hook; otherwise those of the first step stay."""
    shutil.copytree(trained.folder / "checkpoint-6", tmp_path / "checkpoint-6")
    weights = load_file(tmp_path / "checkpoint-6" / "model.safetensors")
    del weights["classifier.bias"]
    save_file(weights, tmp_path / "checkpoint-6" / "model.safetensors")
    made = trainer(tmp_path, num_train_epochs=3)
    made.train(resume_from_checkpoint=str(tmp_path / "checkpoint-6"))
    (told,) = [call.args[0] for call in made.calls if call.hook == "_issue_warnings_after_load"]
    assert told.missing_keys == ["classifier.bias"]


def test_the_state_is_read_before_the_callbacks_of_it(trained: Trained) -> None:
    """The folder with the best weights, which the state names, is put right in this hook; else it may be any."""

    class Looking(Trainer):
        def _load_callback_state(self) -> None:
            assert self.state.global_step == 6
            self.state.best_model_checkpoint = "looked"

    made = trainer(trained.folder, Looking, num_train_epochs=2)
    made.train(resume_from_checkpoint=str(trained.folder / "checkpoint-6"))
    assert made.state.best_model_checkpoint == "looked"


def test_the_state_of_a_checkpoint_has_what_recovery_reads(trained: Trained) -> None:
    """Events that a crash took are put back from `log_history`; owed evaluations and the model's step are read here."""
    state = json.loads((trained.folder / "checkpoint-3" / "trainer_state.json").read_text("utf-8"))
    assert state["global_step"] == 3
    assert state["epoch"] == 1.0
    assert state["max_steps"] == 6
    assert "best_global_step" in state
    steps = [entry["step"] for entry in state["log_history"] if "loss" in entry]
    assert steps == [1, 2, 3]
    assert [entry["step"] for entry in state["log_history"] if "eval_loss" in entry] == [0, 3]
    assert all({"epoch", "learning_rate"} <= set(entry) for entry in state["log_history"] if "loss" in entry)


def test_a_checkpoint_is_written_below_the_output_folder_of_a_hook(tmp_path: Path) -> None:
    """Checkpoints are written under another name and renamed when they are whole: `_get_output_dir` decides where."""
    staging = tmp_path / "tmp-0"

    class Staged(Trainer):
        def _get_output_dir(self, trial: Any) -> str:
            return str(staging)

    made = trainer(tmp_path / "out", Staged)
    made.create_optimizer_and_scheduler(6)
    made._save_checkpoint(made.model_wrapped, None)
    assert (staging / "checkpoint-0" / "trainer_state.json").is_file()
    assert not (tmp_path / "out" / "checkpoint-0").exists()


def test_old_checkpoints_go_and_the_best_stays(tmp_path: Path) -> None:
    """`rotate_checkpoints` removes old checkpoints after the new one is whole, never the best one."""
    for step in (1, 2, 10):
        (tmp_path / f"checkpoint-{step}").mkdir()
    rotate_checkpoints(str(tmp_path), save_total_limit=2, best_model_checkpoint=str(tmp_path / "checkpoint-1"))
    assert {each.name for each in tmp_path.iterdir()} == {"checkpoint-1", "checkpoint-10"}


def test_what_callbacks_remember_is_exported_by_name(tmp_path: Path) -> None:
    """An evaluation that was owed is noted in its checkpoint with the counts of early stopping; else patience would
    start over when the run is resumed."""
    made = trainer(tmp_path, callbacks=[EarlyStoppingCallback(2)])
    exported = [each for each in (*made.callback_handler.callbacks, made.control) if isinstance(each, ExportableState)]
    assert {type(each).__name__ for each in exported} >= {"EarlyStoppingCallback", "TrainerControl"}
    for each in exported:
        made.state.stateful_callbacks[type(each).__name__] = each.state()
    made.state.save_to_json(str(tmp_path / "state.json"))
    kept = json.loads((tmp_path / "state.json").read_text("utf-8"))["stateful_callbacks"]
    assert kept["EarlyStoppingCallback"]["attributes"] == {"early_stopping_patience_counter": 0}
    assert isinstance(TrainerControl(), ExportableState)


def test_the_schedule_of_a_run_can_be_read_and_entered(tmp_path: Path) -> None:
    """A run that goes on for more epochs goes on at the rates of the longer schedule, which are set by hand."""
    made = trainer(tmp_path)
    made.create_optimizer_and_scheduler(6)
    schedule = made.lr_scheduler
    rates = [
        base * rate(schedule.last_epoch) for base, rate in zip(schedule.base_lrs, schedule.lr_lambdas, strict=True)
    ]
    assert rates == [group["lr"] for group in made.optimizer.param_groups] == list(schedule._last_lr)


# Loss and arguments


def test_a_model_can_say_that_it_ignores_the_number_of_items(tmp_path: Path) -> None:
    """Without `accepts_loss_kwargs = False` gradient accumulation multiplies the loss of these classifiers
    (transformers#47688)."""
    events = Events()
    made = trainer(tmp_path, callbacks=[events], gradient_accumulation_steps=3, num_train_epochs=1)
    assert made.model_accepts_loss_kwargs is False
    made.train()
    (logged,) = [logs["loss"] for event, _, _, logs in events.seen if event == "log" and "loss" in logs]
    assert logged == pytest.approx(math.log(CLASSES), abs=0.3)


def test_the_loss_comes_with_logits(tmp_path: Path) -> None:
    """The training accuracy counts the logits of `compute_loss`, also with label smoothing, which takes the labels
    out of the batch."""
    made = trainer(tmp_path, label_smoothing_factor=0.1)
    inputs = collate(rows(2))
    loss, outputs = made.compute_loss(made.model, inputs, return_outputs=True)
    assert loss.ndim == 0
    assert outputs["logits"].shape == (2, CLASSES)
    assert "labels" not in inputs


def test_every_argument_that_is_passed_exists(tmp_path: Path) -> None:
    """core/training/arguments.py passes settings on under these names; a renamed one fails every run."""
    fields = {field.name for field in dataclasses.fields(TrainingArguments)}
    named = keyword_arguments(RunConfig(), str(tmp_path))
    extra = {"bf16", "use_cpu", "dataloader_pin_memory", "disable_tqdm", "log_level"}
    assert fields >= {*named, *extra}
    made = TrainingArguments(**named, use_cpu=True)
    assert str(getattr(made.eval_strategy, "value", made.eval_strategy)) == "epoch"
    assert made.report_to == []


def test_every_schedule_that_can_be_chosen_exists() -> None:
    """The choices of training.lr_scheduler_type are the library's names."""
    (found,) = [each for each in settings() if each.path == "training.lr_scheduler_type"]
    assert set(found.choices) <= {kind.value for kind in SchedulerType}


def test_a_warm_up_below_one_is_a_share(tmp_path: Path) -> None:
    """training.warmup_steps is shown and kept as a share where it is below 1."""
    assert arguments(tmp_path, warmup_steps=0.1).get_warmup_steps(105) == 11
    assert arguments(tmp_path, warmup_steps=7.0).get_warmup_steps(105) == 7


def test_one_gpu_of_several_can_be_chosen(tmp_path: Path) -> None:
    """`_n_gpu` keeps Trainer from copying the model to every GPU of the computer at each step."""
    made = arguments(tmp_path)
    made._n_gpu = 3
    assert (made.n_gpu, made.train_batch_size) == (3, 12)
    made._n_gpu = 1
    assert (made.n_gpu, made.train_batch_size) == (1, 4)


# Attention


@FAMILIES
def test_attention_can_be_replaced_by_a_registered_function(make: Callable[[], Any]) -> None:
    """core/models/fast/attention.py registers attention and mask under a name of its own and switches a model to
    it; else bf16 on processors loses a third of its speed, or fails."""
    seen: list[tuple[torch.Size, torch.Size, torch.dtype]] = []

    def attend(
        module: Any,
        query: Any,
        key: Any,
        value: Any,
        mask: Any,
        dropout: float = 0.0,
        scaling: Any = None,
        **others: Any,
    ) -> Any:
        seen.append((query.shape, mask.shape, mask.dtype))
        return sdpa_attention_forward(
            module, query, key, value, mask.float(), dropout=dropout, scaling=scaling, **others
        )

    model = make().eval()
    ids = torch.arange(3, 15).view(2, 6)
    padded = torch.tensor([[1] * 6, [1] * 4 + [0] * 2])
    assert model.config._attn_implementation == "sdpa"
    with torch.no_grad():
        before = model(input_ids=ids, attention_mask=padded).logits
        ALL_ATTENTION_FUNCTIONS.register("contract", attend)
        ALL_MASK_ATTENTION_FUNCTIONS.register(
            "contract", lambda *args, **named: eager_mask(*args, **{**named, "dtype": torch.bfloat16})
        )
        model.set_attn_implementation("contract")
        after = model(input_ids=ids, attention_mask=padded).logits
    assert model.config._attn_implementation == "contract"
    assert seen == [((2, 2, 6, WIDTH // 2), (2, 1, 6, 6), torch.bfloat16)] * 2
    torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_the_library_s_own_attention_takes_what_is_passed_on() -> None:
    """What the product's attention does not fit goes to `sdpa_attention_forward` by these parameters."""
    names = list(inspect.signature(sdpa_attention_forward).parameters)
    assert names[:5] == ["module", "query", "key", "value", "attention_mask"]
    assert {"dropout", "scaling", "is_causal", "position_bias"} <= set(names)


def test_a_mask_is_added_in_the_precision_asked_for() -> None:
    """The product's attention adds the mask of `eager_mask` to bf16 scores."""
    padded = torch.tensor([[True, True, False]])
    mask = eager_mask(
        1,
        3,
        3,
        mask_function=lambda batch, head, query, key: padded[batch, key],
        dtype=torch.bfloat16,
        attention_mask=padded,
    )
    assert mask.dtype is torch.bfloat16
    assert mask.shape == (1, 1, 3, 3)
    assert mask[0, 0, 0].tolist() == [0.0, 0.0, torch.finfo(torch.bfloat16).min]


# How models are built


def _last_layer(model: Any) -> Any:
    return next(
        module.layer[-1]
        for module in model.modules()
        if isinstance(getattr(module, "layer", None), torch.nn.ModuleList)
    )


def test_a_layer_of_bert_has_the_parts_that_are_used() -> None:
    """core/models/fast/first_token.py computes BERT's last layer from these parts; without them it keeps the whole
    layer and a seventh of MiniLM's speed is lost, or scores differ."""
    layer = _last_layer(bert())
    own = layer.attention.self
    for part in (own.query, own.key, own.value):
        assert isinstance(part, torch.nn.Linear)
    assert callable(layer.feed_forward_chunk)
    assert list(inspect.signature(layer.attention.output.forward).parameters) == ["hidden_states", "input_tensor"]
    assert own.attention_head_size == WIDTH // 2
    assert own.scaling == pytest.approx((WIDTH // 2) ** -0.5)
    assert own.dropout.p == pytest.approx(0.1)
    assert own.config._attn_implementation == "sdpa"


def test_a_layer_of_distilbert_has_the_parts_that_are_used() -> None:
    """As for BERT, by DistilBERT's names."""
    layer = _last_layer(distilbert())
    own = layer.attention
    for part in (own.q_lin, own.k_lin, own.v_lin, own.out_lin):
        assert isinstance(part, torch.nn.Linear)
    for norm in (layer.sa_layer_norm, layer.output_layer_norm):
        assert isinstance(norm, torch.nn.LayerNorm)
    assert callable(layer.ffn)
    assert own.attention_head_size == WIDTH // 2
    assert own.scaling == pytest.approx((WIDTH // 2) ** -0.5)
    assert own.dropout.p == pytest.approx(0.1)
    assert own.config._attn_implementation == "sdpa"


@FAMILIES
def test_a_layer_takes_tokens_and_mask_by_place_and_answers_with_a_tensor(make: Callable[[], Any]) -> None:
    """The replaced forward pass of the last layer takes its mask as the second argument; else padding would be
    attended to."""
    model = make().eval()
    layer = _last_layer(model)
    seen: list[tuple[Any, ...]] = []
    whole = layer.forward

    def forward(self: Any, *args: Any, **named: Any) -> Any:
        answer = whole(*args, **named)
        seen.append((args[0].shape, args[1].shape, answer.shape))
        return answer

    layer.forward = MethodType(forward, layer)
    padded = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    model(input_ids=torch.arange(3, 11).view(2, 4), attention_mask=padded)
    assert seen == [((2, 4, WIDTH), (2, 1, 4, 4), (2, 4, WIDTH))]


@FAMILIES
def test_the_encoder_below_a_head_can_hand_vectors_through(make: Callable[[], Any]) -> None:
    """With a frozen encoder, `base_model.forward` is replaced and passes `inputs_embeds` on as its answer; else
    "Head only" fails or trains on something else."""
    model = make().eval()
    base, ids = model.base_model, torch.arange(3, 11).view(2, 4)
    ones = torch.ones_like(ids)
    with torch.no_grad():
        first = base(input_ids=ids, attention_mask=ones).last_hidden_state[:, :1]
        whole = model(input_ids=ids, attention_mask=ones).logits
        pooler = getattr(base, "pooler", None)

        def forward(self: Any, input_ids: Any = None, *args: Any, inputs_embeds: Any = None, **others: Any) -> Any:
            assert input_ids is None
            return modeling_outputs.BaseModelOutputWithPooling(
                last_hidden_state=inputs_embeds, pooler_output=pooler(inputs_embeds) if pooler else None
            )

        base.forward = MethodType(forward, base)
        found = model(inputs_embeds=first, attention_mask=torch.ones(2, 1, dtype=torch.long)).logits
    torch.testing.assert_close(found, whole, atol=1e-5, rtol=1e-5)
    assert base.config.hidden_size == WIDTH


def test_word_vectors_can_be_replaced() -> None:
    """Only the word vectors in use are trained: the table is had and set through these two methods."""
    model = bert()
    assert type(model.get_input_embeddings()) is torch.nn.Embedding
    other = torch.nn.Embedding(WORDS, WIDTH)
    model.set_input_embeddings(other)
    assert model.base_model.embeddings.word_embeddings is other


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("bert", {"attention_probs_dropout_prob"}),
        ("distilbert", {"attention_dropout"}),
        ("modernbert", {"attention_dropout", "classifier_pooling"}),
        ("roberta", {"attention_probs_dropout_prob", "pad_token_id", "max_position_embeddings"}),
    ],
)
def test_a_configuration_has_the_names_that_are_set_and_read(kind: str, names: set[str]) -> None:
    """Attention dropout is set, pooling and the longest input are read by these names of each family."""
    assert names <= set(vars(AutoConfig.for_model(kind))) | set(dir(AutoConfig.for_model(kind)))


def test_a_configuration_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    """A saved model tells its task by fields of the product's own in config.json, and its classes by `id2label`."""
    model = bert()
    model.config.star_ratings = [1.0, 2.0, 3.0]
    model.config.id2label = {0: "1 star", 1: "2 stars", 2: "3 stars"}
    model.save_pretrained(tmp_path)
    written = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert written["id2label"] == {"0": "1 star", "1": "2 stars", "2": "3 stars"}
    read = AutoConfig.from_pretrained(tmp_path)
    assert read.star_ratings == [1.0, 2.0, 3.0]
    assert read.id2label[1] == "2 stars"


# Loading, and what errors say


def test_a_pickle_is_refused_and_said_to_be_one(tmp_path: Path) -> None:
    """A model without safetensors is refused by words in the error, and never opened."""
    bert().config.save_pretrained(tmp_path)
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(OSError, match=r"safetensors|pytorch_model"):
        AutoModelForSequenceClassification.from_pretrained(tmp_path, use_safetensors=True)


def test_code_of_a_model_s_own_is_refused_and_said_to_be_needed(tmp_path: Path) -> None:
    """A model that needs code of its own is refused by words in the error."""
    settings = {"model_type": "strange", "auto_map": {"AutoConfig": "strange.StrangeConfig"}}
    (tmp_path / "config.json").write_text(json.dumps(settings), "utf-8")
    with pytest.raises(ValueError, match=r"trust_remote_code|custom code"):
        AutoConfig.from_pretrained(tmp_path, trust_remote_code=False)


def test_loading_tells_what_was_missing(tmp_path: Path) -> None:
    """Weights that a model lacks, or that have another shape, would be random; they are refused by these names."""
    model = bert()
    model.save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["bert.pooler.dense.bias"]
    weights["classifier.weight"] = weights["classifier.weight"][:1].clone()
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    _, told = AutoModelForSequenceClassification.from_pretrained(
        tmp_path, ignore_mismatched_sizes=True, output_loading_info=True
    )
    assert set(told["missing_keys"]) == {"bert.pooler.dense.bias"}
    assert [name for name, *_ in told["mismatched_keys"]] == ["classifier.weight"]
    assert model.base_model_prefix == "bert"


def test_a_configuration_can_name_what_is_fetched() -> None:
    """core/models/folder.py refuses a configuration that has weights or code fetched by these names."""
    read = inspect.getsource(PreTrainedModel.from_pretrained)
    assert all(name in read for name in ("transformers_weights", "quantization_config", "kernel_config"))
    assert "attn_implementation" in inspect.getsource(PreTrainedConfig)


def test_a_missing_tokenizer_is_said_to_be_missing_or_is_empty(tmp_path: Path) -> None:
    """A model without a tokenizer is noticed by the word in the error, or by a vocabulary of special tokens alone."""
    bert().config.save_pretrained(tmp_path)
    try:
        found = AutoTokenizer.from_pretrained(tmp_path, trust_remote_code=False)
    except (OSError, ValueError) as error:
        noticed = "tokenizer" in str(error).lower()
    else:
        noticed = len(found) <= len(found.all_special_tokens)
    assert noticed


def test_a_file_that_a_model_lacks_is_no_error(tmp_path: Path) -> None:
    """Models are fetched beforehand, also those whose weights are in several files: `cached_file` then finds none
    and must not raise."""
    bert().config.save_pretrained(tmp_path)
    assert cached_file(tmp_path, "model.safetensors", _raise_exceptions_for_missing_entries=False) is None


def test_a_tokenizer_tells_what_it_consists_of(tiny_model: Path) -> None:
    """Token lists are kept under a name that holds the whole tokenizer, which `backend_tokenizer` writes out."""
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    assert json.loads(tokenizer.backend_tokenizer.to_str())["model"]["vocab"]
    padded = tokenizer.pad(
        {"input_ids": [[2, 3], [2]]},
        padding="max_length",
        max_length=4,
        return_attention_mask=True,
        return_tensors="pt",
    )
    assert padded["attention_mask"].tolist() == [[1, 1, 0, 0], [1, 0, 0, 0]]
