"""How fast a run predicts: `python -m bench.predict REVIEWS.csv [--reviews 2000] [--rounds 3]`.

Trains MiniLM on the bundled sample, then measures one review at a time through the predictor and
through the Predict page (from the click to the stars, in a real Chromium; the first click of a fresh server on its own
line), and many reviews beside `pipeline("text-classification", model=folder)` with its defaults, the two taking turns.
`truncation=True` is the one thing the pipeline is told: without it a review of more than 512 tokens is an error, and
with it both read the same tokens. Prints milliseconds, reviews a second, the ratio, and how many labels differ.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser

from bench.table import spread
from core.home.places import Home
from core.models.lengths import token_lengths
from tests.browser.chromium import chromium, wait_idle
from tests.browser.server import ROOT, Dashboard

CONFIG = {
    "data": {"train_size": 1000, "eval_size": 16, "max_length": 512},
    "training": {"num_train_epochs": 2, "eval_on_start": False},
}
ANSWERED = "words => document.querySelector('.st-key-card-stars')?.innerText.includes(words)"


def trained(home: str) -> str:
    """The id of a run whose model rates reviews, not by chance."""
    config = Path(home) / "config.json"
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    line = [sys.executable, "-m", "core", "train", str(config), "--json"]
    env = os.environ | {"STARBOARD_HOME": home}
    done = subprocess.run(line, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return str(json.loads(done.stdout)["run"])


def texts_of(reviews: Path, count: int) -> list[str]:
    """Reviews in random order, repeated where there are not so many."""
    with reviews.open(encoding="utf-8", newline="") as stream:
        known = [row["text"] for row in csv.DictReader(stream) if row["text"].strip()]
    return random.Random(0).choices(known, k=count) if count > len(known) else random.Random(0).sample(known, count)


def different(texts: Sequence[str], count: int) -> list[str]:
    """The first reviews of which no two have as many tokens, so that each answer is known by their number."""
    by_tokens: dict[int, str] = {}
    for text, tokens in zip(texts, token_lengths(texts).tolist(), strict=False):
        if tokens <= CONFIG["data"]["max_length"]:
            by_tokens.setdefault(tokens, text)
    return list(by_tokens.values())[:count]


def one_at_a_time(model: Any, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each review, the model warm."""
    found = []
    for text in [*texts[:3], *texts]:
        began = time.perf_counter()
        model([text])
        found.append(1000 * (time.perf_counter() - began))
    return found[3:]


def through_the_page(browser: Browser, home: str, texts: Sequence[str], wait: float) -> list[float]:
    """Milliseconds from each click to its stars, the first one `wait` seconds after the page was drawn."""
    found = []
    with Dashboard(env={"STARBOARD_HOME": home}) as dashboard, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{dashboard.url}/predict")
        page.wait_for_selector(".st-key-rate button")
        wait_idle(page)
        page.wait_for_timeout(1000 * wait)
        for text, tokens in zip(texts, token_lengths(texts).tolist(), strict=True):
            page.locator(".st-key-review textarea").fill(text)
            began = time.perf_counter()
            page.locator(".st-key-rate button").click()
            # Looked at whenever the browser draws.
            page.wait_for_function(ANSWERED, arg=f"{tokens} tokens read", timeout=120_000)
            found.append(1000 * (time.perf_counter() - began))
            wait_idle(page)
    return found


def many(model: Any, folder: Path, texts: list[str], rounds: int) -> tuple[list[float], list[float], int]:
    """Reviews a second of the predictor and of the pipeline, and how many labels differ."""
    from transformers import pipeline

    theirs = pipeline("text-classification", model=str(folder))
    model(texts[:200])
    theirs(texts[:20], truncation=True)
    speeds: tuple[list[float], list[float]] = ([], [])
    differing = 0
    for _round in range(rounds):
        began = time.perf_counter()
        ours = [each.label for each in model(texts)]
        between = time.perf_counter()
        others = [each["label"] for each in theirs(texts, truncation=True)]
        speeds[0].append(len(texts) / (between - began))
        speeds[1].append(len(texts) / (time.perf_counter() - between))
        differing = max(differing, sum(one != other for one, other in zip(ours, others, strict=True)))
    return *speeds, differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--reviews", dest="count", type=int, default=2000)
    parser.add_argument("--singles", type=int, default=200)
    parser.add_argument("--clicks", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = texts_of(options.reviews, options.count)
    print("| one review, ms | p50 | p95 |\n|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="starboard-") as home:
        os.environ["STARBOARD_HOME"] = home
        run = trained(home)
        clicked = different(texts, options.clicks + 1)
        with chromium() as browser:
            print(line("page, first click, at once", through_the_page(browser, home, clicked[:1], 0)), flush=True)
            first, *rest = through_the_page(browser, home, clicked, 15)
            print(line("page, first click, 15 s after it was drawn", [first]))
            print(line("page, warm", rest), flush=True)
        from core.prediction import predictor
        from core.runs.store import Store

        model = predictor.load(Home.present(), Store(Home.present()).get(run))
        print(line("predictor, warm", one_at_a_time(model, texts[: options.singles])), flush=True)
        ours, theirs, differing = many(model, Path(home) / "runs" / run / "model", texts, options.rounds)
    print(f"\n| {len(texts):,} reviews | reviews/s, median (smallest-largest) | of the pipeline |\n|---|---|---|")
    for name, speeds in (("pipeline", theirs), ("Starboard", ours)):
        ratio = statistics.median(speeds) / statistics.median(theirs)
        print(f"| {name} | {spread(speeds)} | {ratio:.2f} |")
    print(f"\nLabels that differ: {differing} of {len(texts):,}.")


def line(name: str, milliseconds: Sequence[float]) -> str:
    """One row of the table."""
    middle, high = np.percentile(milliseconds, [50, 95])
    return f"| {name} | {middle:,.0f} | {high:,.0f} |"


if __name__ == "__main__":
    main()
