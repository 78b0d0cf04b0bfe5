"""Bring the catalogues in locale/ up to date with the source, and compile them.

    python scripts/translate.py            # writes .po and .mo; lists what lacks a translation
    python scripts/translate.py --check    # exit code 1 when something is missing, wrong or out of date

What is translated: `_`, `ngettext` and `pgettext` in ui/ and pages/; titles, helps and names that core defines as data;
the sentences that core composes (`scripts/templates.py`), which `ui/messages.py` looks up by their form. The last have
the context "core", the words that stand in their placeholders "core part".

Knows no translation. Guarantees that a translation that is still used is kept, that nothing is guessed, and that the
same source and translations give the same files, to the byte.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
# Run as a file, Python looks for modules beside it only.
sys.path.insert(0, str(ROOT))

from core.config import (  # noqa: E402
    RunConfig,
    presets,
    settings,
)
from core.config.guidance import GUIDANCE  # noqa: E402
from core.export import script  # noqa: E402
from core.runs.run import Status  # noqa: E402
from scripts import templates  # noqa: E402
from ui.messages import CORE, PART  # noqa: E402
from ui.words import CATALOGUES, DOMAIN, LANGUAGES  # noqa: E402

KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"\{\w*\}")
# A date of the run would change the files without a change of words.
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
UNUSED = re.compile(
    rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    rb"|Generated-By): .*\n",
    re.MULTILINE,
)
# Words that core puts into a placeholder of a sentence.
PARTS = (
    "training",
    "evaluation",
    "text",
    "label",
    "more",
    "fewer",
    "left out",
    "the missing cells are empty",
    "zero bytes, which text never has,",
    "control bytes",
    "an array",
    "a string",
    "a number",
    "null",
    "a zip archive or an Excel workbook",
    "an old Excel workbook",
    "a gzip archive",
    "a Parquet file",
    "a PDF",
    "an image",
    "an SQLite database",
)


def source() -> Catalog:
    """Every message of the source, none translated."""
    catalog = Catalog()
    for folder in ("pages", "ui"):
        for file, line, message, _comments, context in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            catalog.add(message, locations=[(f"{folder}/{file}", line)], context=context)
    for words, place in _data():
        catalog.add(words, locations=[(place, 1)])
    for words, places in templates.sentences(ROOT).items():
        catalog.add(words, locations=[(place, 1) for place in places], context=CORE)
    for words in [*PARTS, *(str(status) for status in Status), *(each.expected for each in settings())]:
        catalog.add(words, context=PART)
    return catalog


def _data() -> list[tuple[str, str]]:
    """Texts that core defines and pages translate when they draw them, with their file."""
    found = [(words, "core/config/run_config.py") for each in settings() for words in (each.title, each.help)]
    found += [(each.why, "core/config/guidance.py") for each in GUIDANCE.values()]
    found += [(words, "core/config/presets.py") for each in presets.PRESETS for words in (each.name, each.sentence)]
    return found + [(step.title, "core/export/script.py") for step in _steps()]


def _steps() -> list[script.Step]:
    return [*script.steps(RunConfig()), script.predict_step(Path("model"))]


def merged(language: str) -> Catalog:
    """The messages of the source with the translations that are kept in the .po file."""
    kept = _kept(language)
    catalog = Catalog(locale=language, creation_date=UNDATED, revision_date=UNDATED)
    catalog.header_comment = f"# Starboard in {LANGUAGES[language]}. Message ids are written by scripts/translate.py."
    catalog.fuzzy = False
    for message in sorted(source(), key=_order):
        if message.id:
            before = kept.get(message.id, message.context) if kept else None
            catalog.add(
                message.id,
                before.string if before else None,
                locations=sorted({(file, 1) for file, _line in message.locations}),
                user_comments=before.user_comments if before else (),
                flags=before.flags - {"python-format"} if before else (),
                context=message.context,
            )
    for message in catalog:
        # Babel takes "50 % of" for a format.
        message.flags.discard("python-format")
    return catalog


def _order(message: Message) -> tuple[str, str, str]:
    return message.context or "", min((file for file, _line in message.locations), default=""), str(message.id)


def _kept(language: str) -> Catalog | None:
    file = po_file(language)
    return read_po(io.BytesIO(file.read_bytes()), locale=language) if file.is_file() else None


def po_file(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def rendered(catalog: Catalog) -> tuple[bytes, bytes]:
    """The .po and the .mo file of a catalogue."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=120, include_lineno=False)
    write_mo(mo, catalog)
    return UNUSED.sub(b"", po.getvalue()), mo.getvalue()


def problems(catalog: Catalog) -> list[str]:
    """What is missing or wrong in the translations, one line each."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        one = message.id if isinstance(message.id, str) else message.id[-1]
        strings = [message.string] if isinstance(message.string, str) else [*(message.string or [""])]
        if message.fuzzy:
            found.append(f"fuzzy: {one}")
        for string in strings:
            if not string:
                found.append(f"not translated: {one}")
            elif sorted(set(PLACEHOLDER.findall(one))) != sorted(set(PLACEHOLDER.findall(string))):
                found.append(f"other placeholders: {one} -> {string}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the catalogues, or say whether they are complete and as they would be written."""
    parser = argparse.ArgumentParser(description="Bring the catalogues in locale/ up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when out of date")
    check = parser.parse_args(arguments).check
    failed = False
    for language in LANGUAGES:
        if language == "en":
            continue
        catalog = merged(language)
        found = problems(catalog)
        for file, content in zip(
            (po_file(language), po_file(language).with_suffix(".mo")), rendered(catalog), strict=True
        ):
            if file.is_file() and file.read_bytes() == content:
                continue
            if check:
                found.append(f"out of date: {file.relative_to(ROOT)}; run: python scripts/translate.py")
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        print("\n".join([*(f"{language}: {each}" for each in found), f"{language}: {len(catalog)} messages"]))
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
