"""Keeps the Hugging Face libraries from drawing progress bars and giving advice on streams that belong to others."""

from __future__ import annotations

import functools
import warnings


@functools.cache
def quieten() -> None:
    """Turn off progress bars and everything below errors, once a process."""
    import datasets
    from huggingface_hub import utils
    from transformers.utils import logging

    utils.disable_progress_bars()  # type: ignore[attr-defined]  # exported at run time only
    datasets.disable_progress_bars()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    # peft asks transformers by names that both will change together.
    warnings.filterwarnings(
        "ignore", message=r"`(is_)?gradient_checkpointing\w*` is deprecated", category=FutureWarning
    )
