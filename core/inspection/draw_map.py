"""Where reviews lie on a map, worked out in a process of its own: `python -m core.inspection.draw_map < TEXTS`.

An encoder as it was published reads the beginning of each review; the mean over its tokens is the review's vector. The
50 directions in which the vectors differ most are kept and laid out on a plane by t-SNE, which keeps neighbours
together; far distances mean little. Prints a JSON object a line: `share` now and then, at last `x` and `y`, or `error`.
Knows no table; writes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core import tasks
from core.config.run_config import ModelConfig
from core.errors import StarboardError
from core.home import preferences
from core.home.places import Home
from core.models import loading, speed
from core.models.batches import Padding, token_batches
from core.models.tokens import encode_texts

MOST_TOKENS = 128
DIRECTIONS, PERPLEXITY, SEED = 50, 30.0, 0
# Half of what is usual: the picture hardly changes after that.
ITERATIONS = 500
# The share of the time that reading takes; the rest is laying out.
READING = 0.7


def vectors(texts: Sequence[str], model: str, progress: Callable[[float], object]) -> np.ndarray:
    """The mean vector of each of N texts, of length 1, float32 (N, H).

    Args:
        model: as `model.name` has it.
        progress: told which share was read, 0..1.

    Raises:
        HubUnreachable, HubNotFound, ModelError: it cannot be loaded.
    """
    import torch

    tokenizer = loading.load_tokenizer(model)
    classifier: Any = loading.load_classifier(ModelConfig(name=model), tasks.of_model(["a", "b"], None), seed=SEED)
    encoder = classifier.base_model.eval().to(speed.device())
    most = min(MOST_TOKENS, loading.max_tokens(tokenizer, classifier))
    ids = encode_texts(list(texts), tokenizer, max_length=most)["input_ids"]
    lengths = np.array([len(each) for each in ids])
    bf16 = speed.use_bf16("auto")
    pad = Padding(tokenizer, multiple=speed.length_multiple(bf16), limit=most)
    found, done = np.empty((len(ids), classifier.config.hidden_size), np.float32), 0
    batches = token_batches(pad.padded(lengths), most_tokens=speed.evaluation_tokens(), most_rows=len(ids))
    with torch.inference_mode(), speed.autocast(bf16):
        for rows in batches:
            batch = pad([{"input_ids": ids[row]} for row in rows]).to(speed.device())
            hidden = encoder(**batch).last_hidden_state.float()  # (B, T, H)
            weights = batch["attention_mask"][..., None]  # (B, T, 1)
            pooled = (hidden * weights).sum(1) / weights.sum(1)  # (B, H)
            found[rows] = torch.nn.functional.normalize(pooled).cpu().numpy()
            done += int(lengths[rows].sum())
            progress(done / lengths.sum())
    return found


def places(found: np.ndarray) -> np.ndarray:
    """N vectors (N, H) on a plane, float (N, 2), within -1..1; the same vectors lie the same every time."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count, width = found.shape
    few = PCA(min(DIRECTIONS, count, width), random_state=SEED).fit_transform(found)
    if count < 8:
        # Too few to have neighbours.
        plane = np.zeros((count, 2))
        plane[:, : min(2, few.shape[1])] = few[:, :2]
    else:
        near = min(PERPLEXITY, (count - 1) / 3)
        plane = TSNE(perplexity=near, init="pca", max_iter=ITERATIONS, random_state=SEED, n_jobs=-1).fit_transform(few)
    plane = plane - (plane.max(0) + plane.min(0)) / 2
    spread: np.ndarray = plane / max(np.abs(plane).max(), 1e-9)
    return spread


def main() -> int:
    """Read a model and texts as JSON from standard input and print where they lie."""
    out, sys.stdout = sys.stdout, sys.stderr

    def say(**values: Any) -> None:
        print(json.dumps(values), file=out, flush=True)

    asked = json.load(sys.stdin)
    try:
        speed.prepare_thread(preferences.load(Home.present()).threads)
        found = vectors(asked["texts"], asked["model"], lambda share: say(share=round(READING * share, 3)))
        plane = places(found).round(4)
        say(x=plane[:, 0].tolist(), y=plane[:, 1].tolist())
    except StarboardError as error:
        say(error=[error.found.to_dict(), error.remedy.to_dict()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
