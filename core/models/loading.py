"""Loading a tokenizer and a classifier safely, from the package, a folder or the hub.

Knows where weights come from; knows nothing of runs or of how training goes. Guarantees: no code from a model
repository runs, no pickle is opened, and a hub that does not answer is noticed within seconds.
torch and transformers are imported inside the functions that need them, so that pages can import this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.errors import ModelError, StarboardError
from core.home.places import expanded
from core.messages import Message
from core.models import bounds, failures, named, trial
from core.models import folder as folders
from core.models.quiet import quieten

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from core.config import ModelConfig
    from core.tasks import Task


AttentionDropout = Literal["attention_probs_dropout_prob", "attention_dropout", "attn_pdrop"]
# Each family names it differently; `None` means that the family has no such dropout.
ATTENTION_DROPOUTS: tuple[AttentionDropout, ...] = ("attention_probs_dropout_prob", "attention_dropout", "attn_pdrop")


def download(name: str) -> None:
    """Fetch what a hub model consists of into the cache; does nothing for a model that is on this computer.

    Loading would do it too, but touches torch's random state on its way, and so can't be left behind in a thread.

    Raises:
        HubUnreachable, HubNotFound, ModelError: as in `load_tokenizer`.
    """
    if _local(name) is not None:
        return
    from transformers import AutoTokenizer
    from transformers.utils.hub import cached_file, cached_files

    configuration(name)
    with _source(name) as (place, options):
        AutoTokenizer.from_pretrained(place, **options)
        for file in (folders.WEIGHTS, folders.INDEX):
            found = cached_file(
                place,
                file,
                local_files_only=options["local_files_only"],
                _raise_exceptions_for_missing_entries=False,
            )
            if found is not None:
                break
        if found is not None and file == folders.INDEX:
            parts = folders.shards(place, Path(found))
            cached_files(place, parts, local_files_only=options["local_files_only"])


def configuration(name: str) -> Any:
    """The configuration of a model, which says what it is built of.

    Raises:
        HubUnreachable, HubNotFound, ModelError: as in `load_tokenizer`.
    """
    from transformers import AutoConfig
    from transformers.utils.hub import cached_file

    with _source(name) as (place, options):
        if _local(name) is None:
            # Looked at before it is read, also when it has just come.
            local = options["local_files_only"]
            found = cached_file(
                place, folders.CONFIG, local_files_only=local, _raise_exceptions_for_missing_entries=False
            )
            if found is not None:
                folders.check(Path(found).parent)
        return AutoConfig.from_pretrained(place, **options)


def load_tokenizer(name: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a model: one of ours, a local folder or a hub id.

    Raises:
        ModelError: there is no usable tokenizer.
        HubUnreachable: it is not on this computer and the hub does not answer.
        HubNotFound: the hub has no such model, or not for this user.
    """
    from transformers import AutoTokenizer

    with _source(name) as (place, options):
        tokenizer: Any = AutoTokenizer.from_pretrained(place, **options)
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise failures.no_tokenizer(name)
    if not isinstance(tokenizer.chat_template, str):
        # Reviews are no chats, and the names of several templates become those of files when they are saved.
        tokenizer.chat_template = None
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    return tokenizer


def load_classifier(config: ModelConfig, task: Task, *, seed: int) -> PreTrainedModel:
    """A pretrained encoder under a new classification head, in float32.

    Args:
        config: which model; its dropout and frozen parts are applied.
        task: what it will learn; kept in the model's configuration, so that its output has names everywhere.
        seed: seeds the head, which is random until it is trained.

    Raises:
        ModelError: the weights cannot be used for classification.
        HubUnreachable, HubNotFound: as in `load_tokenizer`.

    Source: https://huggingface.co/docs/transformers/model_doc/auto
    """
    import torch
    from transformers import AutoModelForSequenceClassification, set_seed

    settings = configuration(config.name)
    with _source(config.name) as (place, options):
        # The checkpoint's own problem type may be another one than the task's.
        for name, value in task.model_settings().items():
            setattr(settings, name, value)
        # What else a model can give would be gathered as if it were scores.
        settings.output_hidden_states = settings.output_attentions = False
        for name in attention_dropouts(settings):
            setattr(settings, name, config.attention_dropout)
        set_seed(seed)
        with bounds.bounded(config.name, _parameters(config.name)):
            loaded: Any = AutoModelForSequenceClassification.from_pretrained(
                place,
                config=settings,
                dtype=torch.float32,
                use_safetensors=True,
                ignore_mismatched_sizes=True,
                output_loading_info=True,
                **options,
            )
    model, found = loaded
    _check_complete(config.name, model, found, new_head=True)
    # These classifiers take the keyword but ignore it, which would multiply the loss (transformers#47688). The Trainer
    # asks the model itself, below what LoRA wraps around it.
    model.accepts_loss_kwargs = False
    if config.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(False)
    return _with_lora(model, config.lora_rank) if config.lora_rank else model


def attention_dropouts(settings: Any) -> tuple[AttentionDropout, ...]:
    """The names under which a model's configuration has its attention dropout; none where it has no such."""
    return tuple(name for name in ATTENTION_DROPOUTS if getattr(settings, name, None) is not None)


def max_tokens(tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> int:
    """The longest input a model reads, in tokens, special tokens included.

    Raises:
        ModelError: its files say that this is no number, or too few for a text.
    """
    return trial.max_tokens(tokenizer, model.config)


def saved(folder: Path) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Tokenizer and model of a finished run, ready to predict.

    Raises:
        ModelError: the folder holds no whole model.
    """
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    quieten()
    folders.check(folder)
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **options)
        with bounds.bounded(str(folder), folders.parameters(folder)):
            model, found = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, ignore_mismatched_sizes=True, output_loading_info=True, **options
            )
        _check_complete(str(folder), model, found, new_head=False)
    except BaseException as error:
        if isinstance(error, StarboardError) or not failures.is_about_files(error):
            raise
        raise ModelError(
            Message(
                "The model saved in {folder} cannot be loaded: {reason}",
                folder=folders.shown(folder),
                reason=failures.first_line(error),
            ),
            Message("Train again, or choose another run."),
        ) from error
    trial.check(str(folder), tokenizer, model, most=max_tokens(tokenizer, model))
    model.eval()
    return tokenizer, model


def _check_complete(name: str, model: Any, found: dict[str, Any], *, new_head: bool) -> None:
    """See that the weights had everything that the configuration asks for.

    Args:
        found: what loading says was missing or of another shape.
        new_head: the head, and the pooler that belongs to it, may be new.

    Raises:
        ModelError: they hadn't.
    """
    prefix = model.base_model_prefix
    encoder = f"{prefix}." if hasattr(model, prefix) else ""
    # An encoder that is no part of its own has heads by usual names.
    of_head = r"pooler\." if encoder else r".*(class|score|head|logit|pool|summary)"
    within = re.compile(f"{re.escape(encoder)}(?!{of_head})" if new_head else "")
    missing = sorted(each for each in found["missing_keys"] if within.match(each))
    others = sorted(each for each, *_ in found["mismatched_keys"] if within.match(each))
    if missing:
        names = Message.verbatim(folders.shown(", ".join(missing[:3])))
        raise folders.refused(
            name, Message("its weights lack {count:,} parts, such as {names}", count=len(missing), names=names)
        )
    if others:
        names = Message.verbatim(folders.shown(", ".join(others[:3])))
        raise folders.refused(
            name, Message("its weights have other shapes than {file} says: {names}", file=folders.CONFIG, names=names)
        )


@contextmanager
def _source(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where `from_pretrained` shall look, with errors turned into ours."""
    from core.data import hub

    quieten()
    options: dict[str, Any] = {"trust_remote_code": False}
    place = _local(name)
    if place is None:
        options["local_files_only"] = not hub.reachable()
    if (folder := _opened(name)) is not None:
        folders.check(folder)
    try:
        yield str(place or named.on_hub(name)), options
    except BaseException as error:
        if isinstance(error, StarboardError) or not failures.is_about_files(error):
            raise
        offline = options.get("local_files_only", False)
        raise failures.explain(name, error, local=place is not None, offline=offline) from error


def _opened(name: str) -> Path | None:
    """The folder whose files are opened for a model: its own, or in the cache of the hub; None where it is not here."""
    from huggingface_hub import try_to_load_from_cache

    if (place := _local(name)) is not None:
        return place
    try:
        known = try_to_load_from_cache(named.on_hub(name), folders.CONFIG)
    except ValueError:
        # No name that the hub could have.
        return None
    return Path(known).parent if isinstance(known, str) else None


def _parameters(name: str) -> int | None:
    """How many numbers the weights of a model hold; None where they are not here yet."""
    folder = _opened(name)
    return folders.parameters(folder) if folder else None


def _local(name: str) -> Path | None:
    """The folder of a model that is on this computer, None for one of the hub."""
    if name in named.HUB_IDS:
        return named.folder(name)
    folder = expanded(name)
    # `owner/name` is a hub id even when a folder of that name happens to lie here.
    looks_local = folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1
    if looks_local and not folder.is_dir():
        raise ModelError(
            Message("There is no model folder {name}.", name=folders.shown(name)),
            Message("Give a folder that save_pretrained wrote."),
        )
    return folder if looks_local else None


def _with_lora(model: Any, rank: int) -> Any:
    """Small added matrices in the encoder; the head, which is new, is trained and saved whole.

    Source: https://huggingface.co/docs/peft/package_reference/lora
    """
    from peft import LoraConfig, get_peft_model
    from torch import nn

    encoder = model.base_model
    # By their own names: peft knows heads by a few usual ones, of which one may be a part of another's name.
    others = [(name, child) for name, child in model.named_children() if child is not encoder]
    head = [name for name, child in others if any(True for _ in child.parameters())]
    inside = {id(module) for module in encoder.modules() if isinstance(module, nn.Linear)}
    targets = [name for name, module in model.named_modules() if id(module) in inside]
    try:
        return get_peft_model(
            model,
            LoraConfig(task_type="SEQ_CLS", r=rank, lora_alpha=2 * rank, target_modules=targets, modules_to_save=head),
        )
    except ValueError as error:
        raise ModelError(
            Message("LoRA does not fit this model: {reason}", reason=failures.first_line(error)),
            Message("Set model.lora_rank to 0."),
        ) from error
