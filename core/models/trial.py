"""A tokenizer and a classifier tried on two short texts, before anything long begins with them.

Files that each can be read may still not fit each other: words without a vector, a setting that the first batch fails
at. Here that shows at once and is said of the model. Knows tokenizers and classifiers of transformers; knows no files.
"""

from __future__ import annotations

import math
from typing import Any

from core.errors import ModelError, StarboardError
from core.messages import Message
from core.models import failures
from core.models.folder import refused, shown
from core.models.tokens import encode_texts

# Of unlike length, so that one is padded.
TEXTS = ("Good.", "The soup was cold, and we shall never come back.")
LONGEST = 8


def check(name: str, tokenizer: Any, model: Any, *, most: int) -> None:
    """See that two texts can be scored.

    Args:
        name: what the model is called in a message.
        model: on the processor; stays as it is, but pads with the tokenizer's token where it knows none, as the Trainer
            has it.
        most: tokens that it reads at most.

    Raises:
        ModelError: they can't.
    """
    import torch

    if getattr(model.config, "pad_token_id", None) is None:
        model.config.pad_token_id = tokenizer.pad_token_id
    was_training = model.training
    model.eval()
    try:
        ids = encode_texts(TEXTS, tokenizer, max_length=min(most, LONGEST))["input_ids"]
        check_ids(name, model, max(map(max, [*ids, [each for each in tokenizer.all_special_ids if each is not None]])))
        batch = tokenizer.pad({"input_ids": ids}, padding=True, return_attention_mask=True, return_tensors="pt")
        # Tables that a model keeps from its first pass are trained through: no inference mode.
        with torch.no_grad():
            logits = model(**batch).logits  # (2, K)
        shape, finite = tuple(logits.shape), bool(torch.isfinite(logits).all())
    except BaseException as error:
        if isinstance(error, StarboardError) or not failures.is_about_files(error):
            raise
        why = Message("a text cannot be scored with it ({why})", why=failures.first_line(error))
        raise refused(name, why) from error
    finally:
        model.train(was_training)
    if shape != (len(TEXTS), model.config.num_labels):
        raise refused(name, Message("it does not give each class of a text one score"))
    if not finite:
        raise refused(name, Message("its scores are no numbers"))


def check_ids(name: str, model: Any, most: int) -> None:
    """See that a classifier knows every token.

    Args:
        most: the highest id of a token.

    Raises:
        ModelError: it does not.
    """
    try:
        known = model.get_input_embeddings().weight.shape[0]
    except (AttributeError, NotImplementedError):
        # It reads its tokens in another way.
        return
    if most >= known:
        raise refused(
            name,
            Message("its tokenizer makes the token {token:,}, and its weights know {known:,}", token=most, known=known),
        )


def max_tokens(tokenizer: Any, config: Any) -> int:
    """The longest input that a model reads, in tokens, special tokens included.

    Raises:
        ModelError: its files say that this is no number, or too few for a text.
    """
    found: Any = None
    try:
        # XLNet, which knows no most, says -1.
        positions = max(getattr(config, "max_position_embeddings", None) or 0, 0) or 10**9
        # RoBERTa's kind numbers positions from the padding index on, which costs as many.
        offset = (config.pad_token_id or 0) + 1 if "roberta" in config.model_type else 0
        found = min(tokenizer.model_max_length, positions - offset)
        if math.isfinite(found) and found > tokenizer.num_special_tokens_to_add():
            return int(found)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ModelError(
        Message("The files of the model say that it reads {found} tokens at most.", found=shown(found, 40)),
        Message("Choose another model."),
    )
