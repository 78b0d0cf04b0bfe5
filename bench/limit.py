"""How far a training step is from its limit: `python -m bench.limit REVIEWS.csv [--shape minilm] [--steps 20]`.

The limit is the time of the step's matrix products alone: the same shapes, in bf16, multiplied one after the other on
this computer. The step is the real one: the same model, levers, batches, clipping and optimizer, without the Trainer
around it, in turns with the products. Prints both, their ratio, and what the rest of the step is spent on.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch.profiler import ProfilerActivity, profile
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from bench.training import bert_base
from core import tasks
from core.config import ModelConfig
from core.models import loading, speed
from core.models.batches import Padding
from core.models.fast import attention
from core.training.order import LengthGroupedSampler

BATCH = 8
LABELS = tasks.of_model(("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), (1.0, 2.0, 3.0, 4.0, 5.0))
WARM_UP = 3
# Operation -> what it belongs to; the rest is printed by its own name.
GROUPS = {
    "matrix products": ("aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm"),
    "optimizer": ("aten::_fused_adamw_", "Optimizer.step#AdamW.step"),
    "casts and copies": ("aten::copy_", "aten::_to_copy", "aten::empty_strided", "aten::contiguous", "aten::clone"),
    "attention softmax": ("aten::_softmax", "aten::_softmax_backward_data"),
    "dropout": ("aten::random_", "aten::ge", "_Masked", "_MaskedBackward"),
    "products of elements": ("aten::mul", "aten::mul_", "aten::add", "aten::add_", "aten::sum"),
    "gradient norm": ("aten::linalg_vector_norm", "aten::_foreach_norm"),
    "activation": ("aten::gelu", "aten::gelu_backward"),
    "layer norm": ("aten::native_layer_norm", "aten::native_layer_norm_backward"),
    "word vectors": ("aten::embedding_dense_backward", "aten::index_select", "aten::fill_", "aten::zero_"),
}


def main() -> None:
    options = asked(__doc__, steps=20)
    speed.prepare_thread()
    model, batches = model_and_batches(options.shape, options.reviews)
    step = training_step(model)
    shapes = products_of(model, batches)
    times: dict[str, list[float]] = defaultdict(list)
    for number, batch in enumerate(batches[: options.steps + WARM_UP]):
        took = {"step": clocked(partial(step, batch)), "products": clocked(multiplier(shapes[number]))}
        for side, seconds in took.items() if number >= WARM_UP else ():
            times[side].append(seconds)
    report(times, sum(map(work, shapes[WARM_UP : WARM_UP + len(times["step"])])))
    print_profile(step, batches[WARM_UP : WARM_UP + options.steps])


def asked(description: str | None, *, steps: int) -> argparse.Namespace:
    """The options of a benchmark of single steps: reviews, shape and how many steps."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--shape", choices=("minilm", "bert-base"), default="minilm")
    parser.add_argument("--steps", type=int, default=steps)
    return parser.parse_args()


def with_levers(model: Any, ids: np.ndarray) -> None:
    speed.install_levers(model, bf16=True, ids=ids, checkpoint=None)


def model_and_batches(
    shape: str, reviews: Path, *, fit: Callable[[Any, np.ndarray], None] = with_levers
) -> tuple[Any, list[Any]]:
    """A classifier, fitted out for the token ids that occur, and the batches of an epoch."""
    with tempfile.TemporaryDirectory() as place:
        name = "minilm" if shape == "minilm" else str(bert_base(Path(place) / "bert-base"))
        tokenizer, model = loading.load_tokenizer(name), loading.load_classifier(ModelConfig(name=name), LABELS, seed=1)
    batches, ids = reviews_in_batches(reviews, tokenizer)
    fit(model, ids)
    return model, batches


def reviews_in_batches(file: Path, tokenizer: Any) -> tuple[list[Any], np.ndarray]:
    """1,000 reviews in the batches of an epoch, and the token ids that occur."""
    texts = pd.read_csv(file, keep_default_na=False)["text"].tolist()[:1000]
    rows = tokenizer(texts, truncation=True, max_length=512)["input_ids"]
    order = LengthGroupedSampler([len(row) for row in rows], batch_size=BATCH, seed=42).order()
    groups = [order[at : at + BATCH] for at in range(0, len(order) - BATCH + 1, BATCH)]
    pad = Padding(tokenizer, multiple=speed.length_multiple(True), limit=512)
    batches = [pad([{"input_ids": rows[row]} for row in group]) for group in groups]
    return batches, np.unique(np.concatenate([*rows, tokenizer.all_special_ids]))


def training_step(model: Any) -> Callable[[Any], None]:
    """One step as the Trainer makes it."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    model.train()

    def step(batch: Any) -> None:
        batch = {**batch, "labels": torch.arange(len(batch["input_ids"])) % len(LABELS.names)}
        pieces = [tensor.tensor_split(speed.parts(batch)) for tensor in batch.values()]
        for part in zip(*pieces, strict=True):
            piece = dict(zip(batch, part, strict=True))
            with torch.autocast("cpu", torch.bfloat16):
                loss = model(**piece).loss * len(piece["labels"]) / len(batch["labels"])
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return step


def products_of(model: Any, batches: list[Any]) -> list[list[tuple[int, int, int, int]]]:
    """The products (batch, m, k, n) of each batch's forward and backward pass."""
    seen: list[tuple[int, int, int]] = []
    attended: list[tuple[int, int, int, int]] = []

    def note(module: Any, inputs: Any, _output: Any) -> None:
        seen.append((inputs[0].numel() // module.in_features, module.in_features, module.out_features))

    def attend(module: Any, query: Any, key: Any, *others: Any, **options: Any) -> Any:
        (rows, heads, asking, width), tokens = query.shape, key.shape[2]
        # Scores and answers, and two gradients of each.
        attended.extend([(rows * heads, asking, width, tokens), (rows * heads, asking, tokens, width)] * 2)
        attended.extend([(rows * heads, tokens, asking, width)] * 2)
        return attention.attend(module, query, key, *others, **options)

    ALL_ATTENTION_FUNCTIONS.register(attention.NAME, attend)
    layers = [module for module in model.modules() if isinstance(module, torch.nn.Linear)]
    hooks = [layer.register_forward_hook(note) for layer in layers]
    found = []
    for batch in batches:
        seen.clear()
        attended.clear()
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            model(**batch)
        # Forward, gradient of the input, gradient of the weights.
        linear = [shape for m, k, n in seen for shape in ((1, m, k, n), (1, m, n, k), (1, k, m, n))]
        found.append(linear + attended)
    for hook in hooks:
        hook.remove()
    ALL_ATTENTION_FUNCTIONS.register(attention.NAME, attention.attend)
    return found


def multiplier(shapes: list[tuple[int, int, int, int]]) -> Callable[[], None]:
    """Multiplies random matrices of these shapes, which are made before."""
    made = {
        (b, m, k, n): (torch.randn(b, m, k, dtype=torch.bfloat16), torch.randn(b, k, n, dtype=torch.bfloat16))
        for b, m, k, n in set(shapes)
    }
    pairs = [(left[0], right[0]) if len(left) == 1 else (left, right) for left, right in map(made.__getitem__, shapes)]

    def multiply() -> None:
        for left, right in pairs:
            torch.matmul(left, right)

    return multiply


def work(shapes: list[tuple[int, int, int, int]]) -> float:
    """Floating point operations."""
    return sum(2.0 * b * m * k * n for b, m, k, n in shapes)


def clocked(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def report(times: dict[str, list[float]], operations: float) -> None:
    step, products = (median(times[side]) for side in ("step", "products"))
    rate = operations / sum(times["products"])
    print(
        f"| step, ms | its matrix products alone, ms | step / products | rate of the products, GFLOP/s |\n{'|---' * 4}|"
    )
    print(f"| {1e3 * step:.0f} | {1e3 * products:.0f} | {step / products:.1f} | {rate / 1e9:.0f} |")


def print_profile(step: Callable[[Any], None], batches: list[Any]) -> None:
    with profile(activities=[ProfilerActivity.CPU]) as found:
        for batch in batches:
            step(batch)
    group_of = {operation: group for group, operations in GROUPS.items() for operation in operations}
    spent: Counter[str] = Counter()
    for each in found.key_averages():
        spent[group_of.get(each.key, "the rest")] += each.self_cpu_time_total
    whole = sum(spent.values())
    print("\n| part of the step | share | ms a step |\n|---|---|---|")
    for group, microseconds in spent.most_common():
        print(f"| {group} | {microseconds / whole:.0%} | {microseconds / 1e3 / len(batches):.1f} |")


if __name__ == "__main__":
    main()
