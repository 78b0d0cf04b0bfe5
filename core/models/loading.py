"""Loading a tokenizer and a classifier safely, from the package, a folder or the hub.

Knows where weights come from; knows nothing of runs or of how training goes. Guarantees: no code from a model
repository runs, no pickle is opened, and a hub that does not answer is noticed within seconds.
torch and transformers are imported inside the functions that need them, so that pages can import this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.errors import ModelError
from core.messages import Message
from core.models import bundled, failures
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
    from transformers import AutoConfig, AutoTokenizer
    from transformers.utils import cached_file

    with _source(name) as (place, options):
        AutoConfig.from_pretrained(place, **options)
        AutoTokenizer.from_pretrained(place, **options)
        cached_file(
            place,
            "model.safetensors",
            local_files_only=options["local_files_only"],
            _raise_exceptions_for_missing_entries=False,
        )


def load_tokenizer(name: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a model: the bundled one, a local folder or a hub id.

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
    from transformers import AutoConfig, AutoModelForSequenceClassification, set_seed

    with _source(config.name) as (place, options):
        # The checkpoint's own problem type may be another one than the task's.
        settings = AutoConfig.from_pretrained(place, **options)
        for name, value in task.model_settings().items():
            setattr(settings, name, value)
        for name in attention_dropouts(settings):
            setattr(settings, name, config.attention_dropout)
        set_seed(seed)
        model: Any = AutoModelForSequenceClassification.from_pretrained(
            place,
            config=settings,
            dtype=torch.float32,
            use_safetensors=True,
            ignore_mismatched_sizes=True,
            **options,
        )
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
    """The longest input a model reads, in tokens, special tokens included."""
    # XLNet, which knows no most, says -1.
    positions = max(getattr(model.config, "max_position_embeddings", None) or 0, 0) or 10**9
    # RoBERTa's kind numbers positions from the padding index on, which costs as many.
    offset = (model.config.pad_token_id or 0) + 1 if "roberta" in model.config.model_type else 0
    return int(min(tokenizer.model_max_length, positions - offset))


def saved(folder: Path) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Tokenizer and model of a finished run, ready to predict.

    Raises:
        ModelError: the folder holds no whole model.
    """
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    quieten()
    try:
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        tokenizer = AutoTokenizer.from_pretrained(folder, **options)
        model = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True, **options)
    except (OSError, ValueError) as error:
        raise ModelError(
            Message(
                "The model saved in {folder} cannot be loaded: {reason}",
                folder=folder,
                reason=failures.first_line(error),
            ),
            Message("Train again, or choose another run."),
        ) from error
    model.eval()
    return tokenizer, model


@contextmanager
def _source(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where `from_pretrained` shall look, with errors turned into ours."""
    from core.data import hub

    quieten()
    options: dict[str, Any] = {"trust_remote_code": False}
    place = _local(name)
    if place is None:
        options["local_files_only"] = not hub.reachable()
    try:
        yield str(place or (bundled.HUB_ID if name == bundled.NAME else name)), options
    except Exception as error:
        if not isinstance(error, OSError | ValueError | KeyError | ImportError) and not hub.is_network(error):
            raise
        offline = options.get("local_files_only", False)
        raise failures.explain(name, error, local=place is not None, offline=offline) from error


def _local(name: str) -> Path | None:
    """The folder of a model that is on this computer, None for one of the hub."""
    if name == bundled.NAME:
        return bundled.folder()
    folder = Path(name).expanduser()
    # `owner/name` is a hub id even when a folder of that name happens to lie here.
    looks_local = folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1
    if looks_local and not folder.is_dir():
        raise ModelError(
            Message("There is no model folder {name}.", name=name), Message("Give a folder that save_pretrained wrote.")
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
