"""Train: settings on the left, what they do and did on the right."""

from __future__ import annotations

import streamlit as st

from core import presets, script
from core.runs.run import Run
from ui import form, live, state, train_summary
from ui.page import page
from ui.pieces import card, card_title, code_peek, sentence
from ui.words import _, pgettext

MORE = (
    "name",
    "model.name",
    "data.eval_size",
    "data.subset",
    "data.seed",
    "training.lr_scheduler_type",
    "training.warmup_steps",
    "training.weight_decay",
    "training.label_smoothing_factor",
    "training.max_grad_norm",
    "training.gradient_accumulation_steps",
    "training.per_device_eval_batch_size",
    "training.early_stopping_patience",
    "training.load_best_model_at_end",
    "training.eval_on_start",
    "training.train_sampling_strategy",
    "training.precision",
    "training.seed",
    "training.report_to",
    "model.attention_dropout",
    "model.freeze_embeddings",
    "model.lora_rank",
)


def choose_preset() -> None:
    names = {_(preset.name): preset for preset in presets.PRESETS}
    now = presets.matching(state.draft())
    mine = _("Mine")
    st.session_state["preset"] = _(now.name) if now else mine

    def choose() -> None:
        chosen = names.get(st.session_state["preset"] or "")
        if chosen is not None:
            state.replace_draft(chosen.apply(state.draft()))

    st.pills(_("Preset"), [*names, mine], key="preset", on_change=choose, label_visibility="collapsed")
    sentence(_(now.sentence) if now else _("Your own settings."))


def settings_card(summary: train_summary.Summary) -> None:
    with card("settings"):
        choose_preset()
        rows = summary.rows
        form.field("data.train_size", summary.train_size, maximum=rows, slider=True)
        form.field("training.learning_rate", slider=True)
        form.field("training.num_train_epochs", maximum=10, slider=True)
        form.field("training.per_device_train_batch_size", summary.steps_per_epoch, maximum=64, slider=True)
        form.field("data.max_length", summary.cut, maximum=512, slider=True)
        with st.expander(_("All settings")):
            form.fields(MORE)
        sentence(summary.words)
        for warning in summary.warnings:
            st.warning(warning, icon=":material/info:")
        busy = state.store().live() is not None
        with st.container(horizontal=True, vertical_alignment="center"):
            label = _("Add to the queue") if busy else pgettext("button", "Train")
            st.button(label, key="train", type="primary", on_click=state.submit)
            st.toggle(_("Show the code"), key="show-code")


def result(run: Run | None) -> None:
    if run is None:
        with card("welcome"):
            card_title(_("Ready to train"))
            sentence(_("Press Train: loss, accuracy and learning rate are drawn here while the model learns."))
    else:
        live.draw_run(run, key="train")


def body() -> None:
    left, right = st.columns([0.29, 0.71], gap="small")
    with left:
        settings_card(train_summary.summarise(state.draft()))
    with right:
        result(state.looked_at() or state.store().live() or next(iter(state.store().runs(1)), None))
        if st.session_state.get("show-code"):
            code()


def code() -> None:
    steps = script.steps(state.draft())
    for number, step in enumerate(steps, start=1):
        aside = _("step {n} of {total}").format(n=number, total=len(steps))
        code_peek(_(step.title), step.code, aside=aside)


with page(_("Train"), lambda: train_summary.subtitle(state.draft()), current="train"):
    body()
