"""The Train page: the form is the draft, a click makes one run, every state of a run can be drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.runs.run import ENDED, Status
from core.runs.store import Store
from tests.pages.drawn import DIVERGED, buttons, cards, checked, draft, go, make_run, opened, pills, words

NO_RUN = "20200101-000000-0000"


def unfolded(at: AppTest | None = None) -> AppTest:
    """The page with All settings open."""
    at = at or opened()
    at.session_state["all-settings"] = True
    return checked(at.run())


def click(at: AppTest, key: str) -> AppTest:
    return checked(at.button(key=key).click().run())


def test_before_the_first_run_the_page_is_ready_to_train(store: Store) -> None:
    at = opened()
    assert at.button(key="train").label == "Train"
    assert "Ready to train" in words(at)
    assert "Bundled sample · minilm" in words(at)
    assert pills(at, "preset").value == "Quick look"


def test_presets_change_the_draft(store: Store) -> None:
    at = unfolded()
    pills(at, "preset").set_value("Tutorial").run()
    assert draft(checked(at)).data.source == "hub:Yelp/yelp_review_full"
    assert draft(at).model.name == "google-bert/bert-base-cased"
    assert (draft(at).data.train_size, draft(at).training.learning_rate) == (1000, 5e-5)
    pills(at, "preset").set_value("Careful").run()
    assert draft(checked(at)).data.train_size == 4000
    assert draft(at).training.early_stopping_patience == 2
    assert at.number_input(key="set-training-early_stopping_patience").value == 2
    assert at.slider(key="set-training-num_train_epochs").value == 6


def test_a_change_of_ones_own_is_no_preset_and_a_preset_takes_it_back(store: Store) -> None:
    at = opened()
    at.slider(key="set-training-num_train_epochs").set_value(5.0).run()
    assert pills(checked(at), "preset").value == "Mine"
    pills(at, "preset").set_value("Quick look").run()
    assert draft(checked(at)).training.num_train_epochs == 2
    pills(at, "preset").set_value(None).run()
    assert pills(checked(at), "preset").value == "Quick look", "nothing chosen is no choice"


@pytest.mark.parametrize(
    ("widget", "path", "value"),
    [
        ("select_slider", "data.train_size", 1000),
        ("select_slider", "training.learning_rate", 5e-5),
        ("slider", "training.num_train_epochs", 4.0),
        ("slider", "training.per_device_train_batch_size", 16),
        ("slider", "data.max_length", 96),
        ("number_input", "data.eval_size", 64),
        ("number_input", "data.seed", 7),
        ("number_input", "training.seed", 8),
        ("number_input", "training.gradient_accumulation_steps", 2),
        ("number_input", "training.per_device_eval_batch_size", 64),
        ("number_input", "training.early_stopping_patience", 3),
        ("number_input", "model.lora_rank", 8),
        ("text_input", "name", "my run"),
        ("text_input", "model.name", "distilbert/distilbert-base-uncased"),
        ("selectbox", "data.subset", "stratified"),
        ("selectbox", "training.lr_scheduler_type", "cosine"),
        ("selectbox", "training.train_sampling_strategy", "random"),
        ("selectbox", "training.precision", "fp32"),
        ("toggle", "training.load_best_model_at_end", True),
        ("toggle", "training.eval_on_start", False),
        ("toggle", "model.freeze_embeddings", True),
    ],
)
def test_each_widget_writes_the_draft(store: Store, widget: str, path: str, value: object) -> None:
    at = unfolded()
    key = "set-" + path.replace(".", "-")
    getattr(at, widget)(key=key).set_value(value).run()
    assert draft(checked(at)).get(path) == value
    assert getattr(at, widget)(key=key).value == value


def test_models_are_listed_with_size_and_languages_and_the_choice_counts_tokens(
    store: Store, multilingual_here: Path
) -> None:
    at = unfolded()
    assert "counted as" not in words(at)
    listed = at.selectbox(key="offers-set-model-name")
    assert listed.value == "minilm"
    assert "multilingual · 118 M parameters · about 100 languages" in listed.options
    assert "sbintuitions/modernbert-ja-30m · 37 M parameters · Japanese, English" in listed.options
    before = words(at)
    listed.set_value("multilingual").run()
    assert draft(checked(at)).model.name == at.text_input(key="set-model-name").value == "multilingual"
    assert _cut(words(at)) != _cut(before)
    at.text_input(key="set-model-name").set_value("nobody/has-this").run()
    assert at.selectbox(key="offers-set-model-name").value is None
    assert "counted as MiniLM counts" in words(checked(at))
    assert _cut(words(at)) == _cut(before)


def _cut(said: str) -> str:
    """The share of reviews that the page says are cut."""
    found = re.search(r"tokens · ([\d.]+ %) of reviews are cut", said)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("training.warmup_steps", "50", 50.0),
        ("training.weight_decay", "1e-3", 1e-3),
        ("training.label_smoothing_factor", " 0.1 ", 0.1),
        ("training.max_grad_norm", "0", 0.0),
        ("model.attention_dropout", "0.1", 0.1),
        ("training.report_to", "mlflow, trackio", ["mlflow", "trackio"]),
    ],
)
def test_a_typed_value_is_read(store: Store, path: str, typed: str, value: object) -> None:
    at = unfolded()
    at.text_input(key="set-" + path.replace(".", "-")).set_value(typed).run()
    assert draft(checked(at)).get(path) == value
    assert not at.error


@pytest.mark.parametrize("typed", ["much", "-1", "1e9", "nan", "", "0,1"])
def test_a_wrong_value_is_explained_and_leaves_the_draft(store: Store, typed: str) -> None:
    at = unfolded()
    at.text_input(key="set-training-weight_decay").set_value(typed).run()
    assert draft(checked(at)).training.weight_decay == 0.01
    assert "training.weight_decay" in at.error[0].value
    assert "at least 0 and at most 10" in at.error[0].value
    assert at.text_input(key="set-training-weight_decay").value == "0.01"
    assert not checked(at.run()).error, "it is said once"


def test_a_high_learning_rate_is_warned_of(store: Store) -> None:
    at = opened()
    at.select_slider(key="set-training-learning_rate").set_value(1e-3).run()
    assert any("5e-4" in each for each in cards(checked(at), "sb-warning"))


def test_a_warning_in_a_closed_drawer_stands_below_it(store: Store) -> None:
    at = opened()
    assert not cards(at, "sb-warning")
    unfolded(at).number_input(key="set-data-eval_size").set_value(50).run()
    inside = cards(checked(at), "sb-warning")
    at.session_state["all-settings"] = False
    assert cards(checked(at.run()), "sb-warning") == inside
    assert "ten points" in inside[0]
    drawer = next(each for each in at.expander if each.label == "All settings")
    assert not drawer.children, "what nobody sees is not drawn"


def test_every_setting_says_why_it_matters_and_where_to_read_on(store: Store) -> None:
    at = unfolded()
    for widget in [*at.slider, *at.select_slider, *at.number_input, *at.text_input, *at.selectbox, *at.toggle]:
        if widget.key and widget.key.startswith("set-"):
            assert "**Why it matters:**" in widget.help
            assert "[Read on](https://" in widget.help


def test_pictures_follow_the_draft(store: Store) -> None:
    at = unfolded()
    before = pictures(at)
    assert any("up to 1e-4, at the end 0" in each for each in before)
    assert any("divided into 125 steps" in each for each in before)
    at.slider(key="set-training-per_device_train_batch_size").set_value(50).run()
    at.selectbox(key="set-training-lr_scheduler_type").set_value("constant").run()
    assert any("divided into 20 steps" in each for each in pictures(checked(at)))
    assert any("at the end 1e-4" in each for each in pictures(at))


def pictures(at: AppTest) -> list[str]:
    return [label for each in at.html for label in re.findall(r'role="img" aria-label="([^"]+)"', each.value)]


def test_the_tour_goes_on_step_by_step_and_never_comes_back(store: Store) -> None:
    at = opened()
    seen = []
    while "tour-next" in {each.key for each in at.button}:
        seen += cards(at, "sb-tour")
        click(at, "tour-next")
    assert [each.split()[0] for each in seen] == ["1", "2", "3", "4"]
    assert not cards(opened(), "sb-tour")


@pytest.mark.parametrize("button", ["tour-skip", "train"])
def test_skipping_the_tour_or_training_ends_it(store: Store, button: str) -> None:
    at = opened()
    assert cards(at, "sb-tour")
    click(at, button)
    assert not cards(at, "sb-tour")


def test_code_stays_shown_on_other_pages_and_names_the_step_that_runs(store: Store) -> None:
    make_run(store, Status.TRAINING)
    at = opened()
    assert not at.code
    checked(at.toggle(key="show-code").set_value(True).run())
    assert [each.language for each in at.code].count("python") == 7
    assert "Train running now · step 7 of 7" in words(at)
    go(at, "data")
    assert any("number = {" in each.value for each in at.code)


def test_a_double_click_makes_one_run_and_another_configuration_queues(store: Store) -> None:
    at = opened()
    click(at, "train")
    click(at, "train")
    (first,) = store.runs()
    assert first.config == draft(at)
    assert at.query_params["run"] == first.id
    assert at.button(key="train").label == "Add to the queue"
    at.slider(key="set-training-num_train_epochs").set_value(3.0).run()
    click(at, "train")
    assert [run.config.training.num_train_epochs for run in store.queued()] == [2.0, 3.0]


def test_what_was_put_in_outlives_a_page_switch(store: Store) -> None:
    at = unfolded()
    at.select_slider(key="set-training-learning_rate").set_value(5e-5).run()
    at.text_input(key="set-name").set_value("kept").run()
    for page in ("data", "results", "predict", "train"):
        go(at, page)
    assert (draft(at).training.learning_rate, draft(at).name) == (5e-5, "kept")
    assert at.select_slider(key="set-training-learning_rate").value == 5e-5
    assert unfolded(at).text_input(key="set-name").value == "kept"


@pytest.mark.parametrize(
    ("status", "said", "offered"),
    [
        (Status.QUEUED, "Waiting for its turn", {"stop", "strip-stop"}),
        (Status.PREPARING, "preparing", {"stop", "strip-stop"}),
        (Status.TRAINING, "epoch 2 of 3 · step 4 of 10", {"stop", "strip-stop"}),
        (Status.EVALUATING, "evaluating · step 4 of 10", {"stop", "strip-stop"}),
        (Status.FINISHED, "Finished 10 steps", set()),
        (Status.STOPPED, "Stopped at step 4 of 10. The model of step 4 is kept", {"resume"}),
        (Status.INTERRUPTED, "Interrupted at step 4 of 10. The model of step 4 is kept", {"resume"}),
        (Status.FAILED, "Failed at step 4 of 10", {"resume"}),
    ],
)
@pytest.mark.parametrize("page", ["train", "results"])
def test_a_run_of_any_state_is_drawn(store: Store, page: str, status: Status, said: str, offered: set[str]) -> None:
    run = make_run(store, status)
    at = opened(page)
    assert run.name in words(at)
    assert said in words(at)
    assert buttons(at) - {"train"} == offered | (managing(status) if page == "results" else set())


def managing(status: Status) -> set[str]:
    """What the Results page offers beside going on and stopping."""
    return {"clone"} | ({"delete"} if status in ENDED else set()) | ({"extend"} if status is Status.FINISHED else set())


def test_a_failed_run_says_why_and_what_to_do(store: Store) -> None:
    make_run(store, Status.FAILED)
    (card,) = cards(opened(), "sb-error")
    assert "This run failed" in card
    assert DIVERGED.message in card
    assert DIVERGED.advice in card


def test_a_run_that_was_stopped_in_the_queue_says_that_there_is_no_model(store: Store) -> None:
    run = make_run(store, Status.QUEUED)
    store.request_stop(run.id)
    at = opened()
    assert "there is no model" in words(at)
    assert "of 0" not in words(at)
    assert buttons(at) == {"train", "resume"}


def test_figures_stand_beside_what_they_must_beat(store: Store) -> None:
    make_run(store, Status.FINISHED)
    seen = words(opened())
    assert "55.0\xa0%" in seen or "55.0 %" in seen
    assert "commonest class" in seen
    assert "TF-IDF" in seen


def test_stop_and_resume_act_on_the_run_that_is_looked_at(store: Store) -> None:
    waiting, stopped = make_run(store, Status.QUEUED), make_run(store, Status.STOPPED)
    at = opened(run=stopped.id)
    click(at, "resume")
    assert store.get(stopped.id).status is Status.QUEUED
    assert store.get(waiting.id).status is Status.QUEUED
    click(at, "stop")
    assert store.get(stopped.id).status is Status.STOPPED
    assert store.get(waiting.id).status is Status.QUEUED


def test_resume_in_two_tabs_is_one_resume(store: Store) -> None:
    run = make_run(store, Status.STOPPED)
    here, there = opened(run=run.id), opened(run=run.id)
    click(here, "resume")
    click(there, "resume")
    assert store.get(run.id).status is Status.QUEUED


def test_a_run_that_stops_says_so_and_offers_no_second_stop(store: Store) -> None:
    run = make_run(store, Status.TRAINING)
    at = opened()
    click(at, "strip-stop")
    assert store.stop_requested(run.id)
    assert "stopping · step 4 of 10" in words(at)
    assert buttons(at) == {"train"}


def test_the_url_names_the_run(store: Store) -> None:
    older = make_run(store, Status.FINISHED, RunConfig(name="older"))
    make_run(store, Status.FINISHED, RunConfig(name="newer"))
    assert "newer" in words(opened())
    assert "older" in words(opened(run=older.id))


@pytest.mark.parametrize("unknown", [NO_RUN, "%", "../..", "2", "<b>", "é" * 400])
def test_an_unknown_run_in_the_url_is_passed_over(store: Store, unknown: str) -> None:
    run = make_run(store, Status.FINISHED)
    make_run(store, Status.STOPPED, RunConfig(name="newest"))
    assert run.name in words(opened("results", run=run.id))
    assert "newest" in words(opened(run=unknown))
    assert "newest" in words(opened("results", run=unknown))


def test_the_code_of_each_step_can_be_seen(store: Store) -> None:
    at = opened()
    assert not at.code
    at.toggle(key="show-code").set_value(True).run()
    assert len(checked(at).code) >= 4
    rate = draft(at).training.learning_rate
    assert f"learning_rate={rate!r}" in "\n".join(each.value for each in at.code)
    at.slider(key="set-training-num_train_epochs").set_value(7.0).run()
    assert "7" in "\n".join(each.value for each in checked(at).code)


def test_too_few_reviews_are_said_before_training(store: Store, tmp_path: Path) -> None:
    table = tmp_path / "few.csv"
    table.write_text("text,stars\n" + "".join(f"review {n},{n % 2 + 1}\n" for n in range(20)))
    at = opened()
    at.session_state["draft"] = draft(at).replace({"data.source": f"file:{table}"})
    checked(at.run())
    assert any("20 reviews" in each for each in cards(at, "sb-warning"))
    assert not at.error


def test_a_table_that_is_gone_is_said_on_the_form(store: Store) -> None:
    at = opened()
    at.session_state["draft"] = draft(at).replace({"data.source": "file:/nowhere/gone.csv"})
    checked(at.run())
    assert any("/nowhere/gone.csv" in each.value for each in at.warning)
    assert at.button(key="train").label == "Train"
