"""The arithmetic of an estimate, against sums done by hand and batches that are really made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.config import RunConfig
from core.estimating.cost import Calibration, Cost, Reviews, estimate, to_dict
from tests.core.estimating.calibrated import NOTHING, ROUND

CONFIG = RunConfig().replace(
    {"training.num_train_epochs": 2.0, "training.per_device_train_batch_size": 10, "training.save_minutes": 0.0}
)
EQUAL = Reviews(100, 50, np.full(40, 20))


def test_with_equal_lengths_it_is_a_plain_sum() -> None:
    found = estimate(CONFIG, EQUAL, ROUND)
    assert found.training == pytest.approx(2 * 10 * (0.1 + 0.001 * 200 + 0.05))
    assert found.step_seconds == pytest.approx(0.35)
    assert found.evaluation_seconds == pytest.approx(1.0 + 0.0005 * 50 * 20)
    assert found.evaluating == pytest.approx(3 * found.evaluation_seconds), "before the first step and after each epoch"
    assert found.preparing == pytest.approx(2.0 + 1e-6 * 150 * 20 + 1e-5 * 100 * 20)
    assert found.saving == pytest.approx((2 * 12e6 + 4e6) / 1e8)
    # All 50 fit into one batch.
    evaluating = 50 * 20 * 1000 / 6 * 1.5
    assert found.memory_bytes == pytest.approx(1e9 + 1000 * 200 + evaluating + 150 * 20 * 6, abs=1)
    assert found.seconds == pytest.approx(found.preparing + found.training + found.evaluating + found.saving)
    assert to_dict(found)["seconds"] == found.seconds


def test_accumulated_batches_share_one_update() -> None:
    together = estimate(CONFIG.replace({"training.gradient_accumulation_steps": 5}), EQUAL, ROUND)
    assert together.training == pytest.approx(2 * 10 * (0.1 + 0.001 * 200) + 2 * 2 * 0.05)


def test_long_reviews_are_cut_at_the_limit_of_the_run_and_of_the_model() -> None:
    long = replace(EQUAL, lengths=np.full(5, 9000))
    limited = estimate(CONFIG.replace({"data.max_length": 64}), long, ROUND)
    assert limited.step_seconds == pytest.approx(0.1 + 0.001 * 640 + 0.05)
    by_model = estimate(CONFIG.replace({"data.max_length": 8192}), long, ROUND)
    assert by_model.step_seconds == pytest.approx(3 * 0.1 + 0.001 * 5120 + 0.05), "in parts of 4, 3 and 3 reviews"


def test_grouping_by_length_pads_less_and_random_order_as_real_batches_do() -> None:
    lengths = np.random.default_rng(1).integers(10, 250, 3000)
    reviews = Reviews(3000, 100, lengths)
    only_tokens = replace(ROUND, batch=Cost(0.0, 1.0, 0.0), update_seconds=0.0)
    grouped = estimate(CONFIG, reviews, only_tokens).training / 2
    random = estimate(CONFIG.replace({"training.train_sampling_strategy": "random"}), reviews, only_tokens).training / 2
    assert lengths.sum() < grouped < 1.05 * lengths.sum()
    shuffled = np.random.default_rng(2).permutation(lengths).reshape(-1, 10)
    assert random == pytest.approx(10 * shuffled.max(axis=1).sum(), rel=0.02)


def test_what_costs_grows_with_every_setting_that_makes_a_run_longer() -> None:
    base = estimate(CONFIG, EQUAL, ROUND).seconds
    for path, value in (("training.num_train_epochs", 3.0), ("training.save_minutes", 0.01)):
        assert estimate(CONFIG.replace({path: value}), EQUAL, ROUND).seconds > base
    assert estimate(CONFIG.replace({"training.eval_on_start": False}), EQUAL, ROUND).seconds < base
    assert estimate(CONFIG, replace(EQUAL, table_bytes=10**9), ROUND).memory_bytes > 2e9


def test_a_last_small_batch_and_fewer_reviews_than_a_batch() -> None:
    assert estimate(CONFIG, replace(EQUAL, train_rows=101), ROUND).seconds > estimate(CONFIG, EQUAL, ROUND).seconds
    few = estimate(CONFIG.replace({"training.per_device_train_batch_size": 64}), replace(EQUAL, train_rows=3), ROUND)
    assert few.training == pytest.approx(2 * (0.1 + 0.001 * 60 + 0.05))


def test_large_batches_are_trained_in_parts_where_a_processor_trains_the_encoder() -> None:
    large = CONFIG.replace({"data.max_length": 512, "training.per_device_train_batch_size": 100})
    long = replace(EQUAL, lengths=np.full(5, 500))
    attention = replace(ROUND, batch=Cost(0.1, 0.001, 1e-6), memory=Cost(1e9, 1000.0, 2.0))
    # 4 reviews of 500 tokens are the most that fit into 2,048.
    found = estimate(large, long, attention)
    assert found.step_seconds == pytest.approx(25 * 0.1 + 0.001 * 50_000 + 1e-6 * 50_000 * 500 + 0.05)
    evaluating = 4 * 500 * 1000 / 6 * 1.5
    assert found.activation_bytes == pytest.approx(1000 * 2000 + 2 * 2000 * 500 + evaluating, abs=1)
    for whole in (large.replace({"model.freeze_encoder": True}), large):
        device = "cpu" if whole.model.freeze_encoder else "cuda"
        once = estimate(whole, long, replace(attention, device=device))
        assert once.step_seconds == pytest.approx(0.1 + 0.001 * 50_000 + 1e-6 * 50_000 * 500 + 0.05)


def test_added_matrices_write_small_checkpoints() -> None:
    lora = replace(ROUND, learning=1000)
    assert estimate(CONFIG.replace({"model.lora_rank": 8}), EQUAL, lora).saving < 0.05


def test_where_nobody_counts_tokens_reviews_are_taken_for_long_ones() -> None:
    blind = estimate(CONFIG, replace(EQUAL, lengths=[]), ROUND)
    assert blind.step_seconds == pytest.approx(2 * 0.1 + 0.001 * 10 * CONFIG.data.max_length + 0.05)


def test_a_calibration_is_read_as_it_was_written() -> None:
    assert Calibration.from_dict(ROUND.to_dict()) == ROUND


@pytest.mark.parametrize(
    "change", [{"update_seconds": None}, {"learning": -1}, {"batch": 3}, {"batch": NOTHING}, {"more": 1.0}]
)
def test_a_damaged_calibration_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Calibration.from_dict(ROUND.to_dict() | change)


def test_what_it_repeats_of_heavier_modules_is_what_they_say() -> None:
    from core.estimating import cost as estimates
    from core.evaluation import baselines
    from core.models import speed

    said = estimates.BASELINE_ROWS, estimates.PROCESSOR_TOKENS
    assert said == (baselines.TFIDF_ROWS, speed.PROCESSOR_TOKENS)
