"""Bring the catalogues in locale/ up to date with the source, and compile them.

    python scripts/translate.py               # writes .po and .mo; lists what lacks a translation
    python scripts/translate.py --start de    # begins a catalogue for another language, named as Babel names it
    python scripts/translate.py --check       # exit code 1 when something is missing, wrong or out of date

What is translated: `_`, `ngettext` and `pgettext` in ui/ and pages/; the templates of `Message` in core/; titles, helps
and names that core defines as data. The command line speaks English.

Knows no translation. Guarantees that a translation that is still used is kept, that nothing is guessed, and that the
same source and translations give the same files, to the byte.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import string
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
# Run as a file, Python looks for modules beside it only.
sys.path.insert(0, str(ROOT))

from core.config import RunConfig, presets, settings  # noqa: E402
from core.config.guidance import GUIDANCE  # noqa: E402
from core.export import script  # noqa: E402
from core.home.preferences import CATALOGUES  # noqa: E402
from core.metrics import ALL  # noqa: E402
from ui.words import DOMAIN  # noqa: E402

KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
MESSAGE = {"Message": None}
PYTHON = ("**.py", "python")
# A date of the run would change the files without a change of words.
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
UNUSED = re.compile(
    rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    rb"|Generated-By): .*\n",
    re.MULTILINE,
)


def source() -> Catalog:
    """Every message of the source, none translated."""
    catalog = Catalog()
    for folder, methods, keywords in (
        ("pages", [PYTHON], KEYWORDS),
        ("ui", [PYTHON], KEYWORDS),
        ("core", [("cli/**.py", "ignore"), PYTHON], MESSAGE),
    ):
        found = extract_from_dir(ROOT / folder, method_map=methods, keywords=keywords)
        for file, line, message, _comments, context in found:
            catalog.add(message, locations=[(f"{folder}/{file}", line)], context=context)
    for words, place in _data():
        catalog.add(words, locations=[(place, 1)])
    return catalog


def _data() -> list[tuple[str, str]]:
    """Texts that core defines and pages translate when they draw them, with their file."""
    found = [(words, "core/config/run_config.py") for each in settings() for words in (each.title, each.help)]
    found += [(each.why, "core/config/guidance.py") for each in GUIDANCE.values()]
    found += [(words, "core/config/presets.py") for each in presets.PRESETS for words in (each.name, each.sentence)]
    found += [(score.title, "core/metrics/__init__.py") for score in ALL]
    return found + [(step.title, "core/export/script.py") for step in _steps()]


def _steps() -> list[script.Step]:
    return [*script.steps(RunConfig()), script.predict_step(Path("model"))]


def merged(language: str) -> Catalog:
    """The messages of the source with the translations that are kept in the .po file."""
    kept = _kept(language)
    catalog = Catalog(locale=language, creation_date=UNDATED, revision_date=UNDATED)
    name = Locale.parse(language).get_display_name()
    catalog.header_comment = f"# Starboard in {name}. Message ids are written by scripts/translate.py."
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
        for each in strings:
            if not each:
                found.append(f"not translated: {one}")
            elif placeholders(one) != placeholders(each):
                found.append(f"other placeholders: {one} -> {each}")
    return found


def placeholders(text: str) -> set[str]:
    """The names in braces; how a value is written may differ between languages."""
    try:
        return {name for _literal, name, _format, _conversion in string.Formatter().parse(text) if name is not None}
    except ValueError:
        # A lone brace. No template has a placeholder of this name.
        return {"{"}


def composed(root: Path = ROOT) -> list[str]:
    """Each `Message` in core whose template is not one literal, and so is missing in every catalogue."""
    found = []
    for file in sorted((root / "core").rglob("*.py")):
        name = file.relative_to(root).as_posix()
        found += [f"no literal: {name}:{call.lineno}" for call in _messages(file) if not _is_literal(call)]
    return found


def _messages(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
            yield node


def _is_literal(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and isinstance(first.value, str)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the catalogues, or say whether they are complete and as they would be written."""
    parser = argparse.ArgumentParser(description="Bring the catalogues in locale/ up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when out of date")
    parser.add_argument("--start", metavar="LANGUAGE", help="begin a catalogue, such as de or pt_BR")
    options = parser.parse_args(arguments)
    languages = {file.parts[-3] for file in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    found = composed()
    for language in sorted(languages | ({options.start} if options.start else set())):
        found += [f"{language}: {each}" for each in _brought_up_to_date(language, check=options.check)]
    print("\n".join(found))
    return int(bool(found))


def _brought_up_to_date(language: str, *, check: bool) -> list[str]:
    """Write a language's catalogue where it is out of date, unless only to check; what is wrong with it."""
    catalog = merged(language)
    found = problems(catalog)
    po = po_file(language)
    for file, content in zip((po, po.with_suffix(".mo")), rendered(catalog), strict=True):
        if file.is_file() and file.read_bytes() == content:
            continue
        if check:
            found.append(f"out of date: {file.relative_to(CATALOGUES)}; run: python scripts/translate.py")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return found


if __name__ == "__main__":
    sys.exit(main())
