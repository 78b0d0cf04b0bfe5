"""Keeps the Hugging Face libraries from drawing progress bars and giving advice on streams that belong to others."""

from __future__ import annotations

import functools
import warnings


@functools.cache
def quieten() -> None:
    """Turn off progress bars and what the libraries log, once a process: what goes wrong is raised besides."""
    import datasets
    from huggingface_hub import utils
    from transformers.utils import logging

    utils.disable_progress_bars()  # type: ignore[attr-defined]  # exported at run time only
    datasets.disable_progress_bars()
    logging.disable_progress_bar()
    # At errors it writes a model's whole configuration to standard error, where commands say one line.
    logging.set_verbosity(logging.CRITICAL)
    # peft asks transformers by names that both will change together.
    warnings.filterwarnings(
        "ignore", message=r"`(is_)?gradient_checkpointing\w*` is deprecated", category=FutureWarning
    )
