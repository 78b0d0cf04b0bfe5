"""What training costs on this computer, measured in a process of its own:
`python -m core.estimating.calibrate < CONFIG`.

Trains the configured model on a few made-up reviews, once for each of a few shapes of batches. Weights that are not on
this computer are replaced by random ones of the same shape: only speed is measured. Prints one JSON object,
`calibration` or `error`. Knows no store; writes only to a folder that it removes.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import torch

from core import tasks
from core.config import RunConfig, parse
from core.config.source import Source
from core.data.rows import prepare
from core.errors import EstimateError, StarboardError
from core.estimating import fitting
from core.estimating.cost import Calibration
from core.estimating.hardware import bytes_written_per_second
from core.estimating.shapes import CUDA_TIMES, Shape, measure
from core.evaluation.baselines import baselines
from core.home.files import ensure, mine
from core.home.places import Home, expanded
from core.messages import Message
from core.models import bounds, failures, loading, named
from core.models.tokens import tokenise

VOCABULARY = 8000
SAMPLE_ROWS = 1000
# Memory only ever grows, so what takes little comes first.
SHAPES = (Shape(8, 32), Shape(8, 32, 4), Shape(2, 384), Shape(8, 128), Shape(24, 64))


def calibrate(config: RunConfig, folder: Path, home: Home) -> Calibration:
    """Measure what the model and the way of training of a configuration cost.

    Args:
        folder: an empty one for what the measuring writes, on the disk of the home.
        home: has the preferences.

    Raises:
        HubUnreachable, HubNotFound, ModelError: not even the model's shape can be had.
    """
    starting = time.time() - psutil.Process().create_time()
    on_gpu = torch.cuda.is_available()
    config = _with_local_model(config, folder)
    tokenizer = loading.load_tokenizer(config.model.name)
    # Words that the model has a token of its own for, so that made-up reviews use as many rows as real ones.
    known = sorted({each.strip("Ġ▁") for each in tokenizer.get_vocab()})
    plain = [each for each in known if each.isascii() and each.isalpha() and each.islower() and len(each) > 2]
    words = [str(each) for each in np.random.default_rng(0).permutation(plain or ["good", "bad"])[:VOCABULARY]]
    shapes = [Shape(each.batch * (CUDA_TIMES if on_gpu else 1), each.length, each.batches) for each in SHAPES]
    found = [measure(config, shape, words, folder, home) for shape in shapes]
    # The first one paid for imports that come late.
    starting += max(found[0].preparing - min(each.preparing for each in found[1:]), 0.0)
    batch, update = fitting.step_costs(found)
    tokenising, baseline = _preparation(tokenizer, home)
    task = tasks.of_model([f"{n} stars" for n in range(1, 6)], [1.0, 2.0, 3.0, 4.0, 5.0])
    model: Any = loading.load_classifier(config.model, task, seed=0)
    return Calibration(
        batch=batch,
        update_seconds=update,
        evaluation=fitting.evaluation_cost(found),
        setup=fitting.setup_cost(found, head_only=config.model.freeze_encoder),
        memory=fitting.memory_cost(found),
        starting_seconds=starting,
        loading_seconds=min(each.preparing for each in found),
        tokenising_seconds=tokenising,
        baseline_seconds=baseline,
        bytes_per_second=bytes_written_per_second(folder),
        parameters=sum(each.numel() for each in model.parameters()),
        learning=sum(each.numel() for each in model.parameters() if each.requires_grad),
        max_tokens=min(loading.max_tokens(tokenizer, SimpleNamespace(config=model.config)), 1_000_000),
        layers=int(getattr(model.config, "num_hidden_layers", None) or 1),
        device="cuda" if on_gpu else "cpu",
        device_bytes=torch.cuda.get_device_properties(0).total_memory if on_gpu else 0,
    )


def _with_local_model(config: RunConfig, folder: Path) -> RunConfig:
    """The configuration with a model that loads from this computer: where weights are missing, random ones."""
    name = config.model.name
    from huggingface_hub import try_to_load_from_cache

    here = named.folder(name) is not None or expanded(name).is_dir()
    if here or isinstance(try_to_load_from_cache(named.on_hub(name), "model.safetensors"), str):
        return config
    from transformers import AutoModelForSequenceClassification

    tokenizer = loading.load_tokenizer(name)
    shape = loading.configuration(name)
    try:
        with bounds.bounded(name), torch.device("meta"):
            # Counts what the next line would make room for.
            AutoModelForSequenceClassification.from_config(shape, trust_remote_code=False)
        model = AutoModelForSequenceClassification.from_config(shape, trust_remote_code=False)
    except StarboardError:
        raise
    except Exception as error:
        if not failures.is_about_files(error):
            raise
        raise EstimateError(
            Message("The shape of the model {name} cannot be read.", name=name),
            Message("Train without an estimate, or choose another model."),
        ) from error
    target = folder / "model"
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    return config.replace({"model.name": str(target)})


def _preparation(tokenizer: Any, home: Home) -> tuple[float, float]:
    """Seconds a token to tokenise reviews, and to train the linear model on them."""
    prepared = prepare(
        Source("sample", "reviews"), None, None, fit=tasks.fit, train_size=SAMPLE_ROWS, eval_size=SAMPLE_ROWS, seed=0
    )
    began = time.perf_counter()
    encoded = [
        tokenise(part, tokenizer, max_length=512, cache=home.cache / "tokens")
        for part in (prepared.train, prepared.eval)
    ]
    tokenised = time.perf_counter()
    baselines(prepared, prepared.task.evaluator(home.cache / "metrics"))
    learnt = time.perf_counter()
    train_tokens, eval_tokens = (int(each.lengths.sum()) for each in encoded)
    return (tokenised - began) / (train_tokens + eval_tokens), (learnt - tokenised) / train_tokens


def main() -> int:
    """Read a configuration as JSON from standard input and print what was measured."""
    # What was written goes when this process is asked to end, too.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        config, home = parse(json.load(sys.stdin)), Home.present()
        with tempfile.TemporaryDirectory(prefix=mine("calibrate-"), dir=ensure(home.cache)) as folder:
            answer: dict[str, Any] = {"calibration": calibrate(config, Path(folder), home).to_dict()}
    except StarboardError as error:
        answer = {"error": [error.found.to_dict(), error.remedy.to_dict()]}
    print(json.dumps(answer), file=out, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
