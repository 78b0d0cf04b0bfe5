"""What can be done with runs: the queue, names, notes and tags, settings used again, more epochs, deleting.

Draws and calls one function of core for each click; the store checks what is allowed. Nothing here trains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from core.config import RunConfig
from core.export import script
from core.runs import disk, trash
from core.runs.run import ENDED, Run, Status
from core.runs.trash import Trashed
from core.work import launch
from ui import code, frame, state
from ui import format as fmt
from ui.pieces import card, card_title, sentence
from ui.words import _, ngettext

# A finished run goes on for this many epochs more, unless another number is written.
MORE_EPOCHS = 2
ADOPT = "python -m core adopt FOLDER"
CONFIG_FILE = Path("run.json")


def queue() -> None:
    """The runs that wait, in their order, each to be moved or cancelled; nothing when none waits."""
    waiting = state.store().queued()
    if not waiting:
        return
    with card("queue"):
        card_title(_("Waiting"), ngettext("{n} run", "{n} runs", len(waiting)).format(n=fmt.count(len(waiting))))
        for place, run in enumerate(waiting):
            _waiting(run, place, len(waiting))


def _waiting(run: Run, place: int, of: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"queue-{run.id}"):
        st.text(f"{place + 1}. {run.name}", width="stretch")
        buttons: tuple[tuple[str, str, str, bool, Callable[[], None]], ...] = (
            ("up", ":material/arrow_upward:", _("Earlier"), place == 0, lambda: state.move(run.id, "up")),
            ("down", ":material/arrow_downward:", _("Later"), place == of - 1, lambda: state.move(run.id, "down")),
            ("cancel", ":material/close:", _("Cancel"), False, lambda: state.cancel(run.id)),
        )
        for name, icon, words, disabled, action in buttons:
            st.button(
                words, icon=icon, key=f"queue-{name}-{run.id}", type="tertiary", disabled=disabled, on_click=action
            )


def describe(run: Run, known_tags: Sequence[str]) -> None:
    """Name, tags and notes, each kept when it is left."""
    keys = {part: f"{part}-{run.id}" for part in ("name", "tags", "notes")}
    st.session_state.setdefault(keys["name"], run.name)
    st.session_state.setdefault(keys["tags"], list(run.tags))
    st.session_state.setdefault(keys["notes"], run.notes)

    def keep(part: str) -> None:
        state.describe(run.id, **{part: st.session_state[keys[part]]})
        if state.has_problem():
            # What was refused does not stay in the box as if it were kept.
            del st.session_state[keys[part]]

    st.text_input(_("Name"), key=keys["name"], max_chars=120, on_change=keep, args=("name",))
    options = sorted({*known_tags, *run.tags, *st.session_state[keys["tags"]]})
    st.multiselect(
        _("Tags"), options, key=keys["tags"], accept_new_options=True, on_change=keep, args=("tags",),
        placeholder=_("Choose or write one"),
    )  # fmt: skip
    st.text_area(_("Notes"), key=keys["notes"], height=100, on_change=keep, args=("notes",))


def actions(run: Run) -> None:
    """Use its settings again, let it go on, delete it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(_("Use its settings"), key="clone", icon=":material/content_copy:"):
            state.use_settings(run)
            if state.has_problem():
                st.rerun()
            st.switch_page(frame.PAGES["train"])
        if run.status in ENDED:
            st.button(_("Delete"), key="delete", icon=":material/delete:", on_click=lambda: _confirm_delete(run))
    if run.status is Status.FINISHED:
        _more_epochs(run)
    sentence(_("{size} on the disk.").format(size=fmt.size(disk.of_run(state.home(), run.id))))


def _more_epochs(run: Run) -> None:
    made = run.config.training.num_train_epochs
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epochs = st.number_input(
            _("Epochs in total"),
            min_value=made,
            max_value=100.0,
            value=min(made + MORE_EPOCHS, 100.0),
            step=1.0,
            format="%g",
            key=f"epochs-{run.id}",
            width=160,
        )
        st.button(
            _("Train on"),
            key="extend",
            icon=":material/play_circle:",
            disabled=epochs <= made,
            on_click=state.extend,
            args=(run.id, epochs),
        )


def _confirm_delete(run: Run) -> None:
    @st.dialog(_("Delete this run?"))
    def ask() -> None:
        st.text(run.name)
        sentence(_("Its model, checkpoints and curves go to the trash. The Settings page can bring them back."))
        if st.button(_("Delete"), key="delete-surely", type="primary"):
            state.delete(run.id)
            st.rerun()

    ask()


def several(config_file: Path | str, processes: int) -> None:
    """The commands that train a configuration on more than one process, here and on two machines."""
    processes = max(2, processes)
    sentence(_("On this computer:"))
    st.code(launch.command(config_file, processes), language="bash", wrap_lines=True)
    sentence(_("On each of two machines that share the folder; FIRST_MACHINE is the name of one:"))
    st.code(launch.command(config_file, processes, machines=2), language="bash", wrap_lines=True)


def take_along(config: RunConfig) -> None:
    """The draft as a file for the command line, one process or many; where the reader asked for code."""
    if not code.shown():
        return
    with card("take-along"):
        card_title(_("From the command line"))
        st.code(script.command(CONFIG_FILE), language="bash", wrap_lines=True)
        content = config.model_dump_json(indent=2)
        st.download_button(
            _("Save the configuration"),
            content,
            CONFIG_FILE.name,
            mime="application/json",
            key="take",
            on_click="ignore",
        )
        with st.expander(_("On several processes or machines")):
            several(CONFIG_FILE, config.training.processes)


def bring_in() -> None:
    """A run folder from elsewhere becomes a run of this home."""
    if not state.may().names_files:
        sentence(_("This command brings in the folder of a run from another computer:"))
        st.code(ADOPT, language="bash", wrap_lines=True)
        return
    path = st.text_input(_("Folder of a run from another computer"), key="adopt-path")
    st.button(_("Bring it in"), key="adopt", disabled=not path.strip(), on_click=state.adopt, args=(path.strip(),))
    sentence(
        _("It is copied: configuration, curve, checkpoints and model. From then on it can go on and predict here.")
    )


def trash_card() -> None:
    """The deleted runs: bring one back, or remove all for good."""
    found = trash.entries(state.store())
    if not found:
        return
    total = sum(each.bytes for each in found)
    with card("trash"):
        card_title(_("Trash"), fmt.size(total))
        for each in found:
            _trashed(each)
        if st.button(_("Empty the trash"), key="trash-empty", icon=":material/delete_forever:"):
            _confirm_empty(total)


def _trashed(each: Trashed) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"trash-{each.id}"):
        st.text(f"{each.name} · {fmt.moment(each.deleted)} · {fmt.size(each.bytes)}", width="stretch")
        st.button(_("Restore"), key=f"restore-{each.id}", type="tertiary", on_click=state.restore, args=(each.id,))


def _confirm_empty(total: int) -> None:
    @st.dialog(_("Empty the trash?"))
    def ask() -> None:
        sentence(_("{size} are removed for good.").format(size=fmt.size(total)))
        if st.button(_("Remove for good"), key="trash-surely", type="primary"):
            state.empty_trash()
            st.rerun()

    ask()
