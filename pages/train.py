"""Train: settings on the left, what they do and did on the right."""

from __future__ import annotations

import streamlit as st

from core.config import presets
from core.export import script
from core.runs.run import Run
from ui import code, estimates, form, live, manage, state, table_findings, tour, train_summary
from ui.markup import plain
from ui.page import page
from ui.pieces import card, card_title, notes, sentence, warning_line
from ui.words import _, pgettext

TRAIN_KEYS = "Ctrl+Enter"
MORE = (
    "name",
    "model.name",
    "data.task",
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
    "training.plain",
    "training.seed",
    "training.save_minutes",
    "training.save_total_limit",
    "training.processes",
    "training.report_to",
    "model.attention_dropout",
    "model.freeze_embeddings",
    "model.freeze_encoder",
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
        for path, maximum in (
            ("data.train_size", summary.rows),
            ("training.learning_rate", None),
            ("training.num_train_epochs", 10),
            ("training.per_device_train_batch_size", 64),
            ("data.max_length", 512),
        ):
            form.field(path, summary.notes.get(path), maximum=maximum, slider=True)
        # The browser looks at every element of a page at every tick, and these would be half of them.
        more = st.expander(_("All settings"), key="all-settings", on_change="rerun")
        # A place of its own, so that what follows never moves to another one.
        outside = st.container()
        if more.open:
            with more:
                form.fields(MORE, summary.notes)
        else:
            with outside:
                for note in (summary.notes[path] for path in MORE if path in summary.notes):
                    if note.warning:
                        warning_line(note.warning)
        sentence(summary.words)
        estimates.draw(state.draft(), summary.outlook)
        table_findings.line(state.draft())
        if summary.problem:
            st.warning(plain(summary.problem), icon=":material/info:")
        busy = state.store().live() is not None
        with st.container(horizontal=True, vertical_alignment="center"):
            label = _("Add to the queue") if busy else pgettext("button", "Train")
            st.button(label, key="train", type="primary", on_click=state.submit, shortcut=TRAIN_KEYS)
            code.switch()


def result(run: Run | None, summary: train_summary.Summary) -> None:
    if run is None:
        with card("welcome"):
            card_title(_("Ready to train"), summary.words)
            sentence(_("Press Train: loss, accuracy and learning rate are drawn here while the model learns."))
            notes(summary.plan)
    else:
        live.draw_run(run, key="train")


def body() -> None:
    tour.draw()
    summary = train_summary.summarise(state.draft())
    left, right = st.columns([0.29, 0.71], gap="small")
    with left:
        settings_card(summary)
    with right:
        run = state.looked_at() or state.store().live() or next(iter(state.store().runs(1)), None)
        result(run, summary)
        manage.queue()
        live.draw_code(run, script.steps(state.draft()))
        manage.take_along(state.draft())


with page(_("Train"), lambda: train_summary.subtitle(state.draft()), current="train"):
    body()
