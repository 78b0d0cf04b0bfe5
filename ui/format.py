"""Words for numbers: the only place where values from the store get units.

The store keeps seconds, bytes and fractions. These functions turn them into what a person reads in the visitor's
language: `47 s`, `1.1 GB`, `53.1 %`; `47秒`, `53.1%`. Separators, signs and dates are those of Babel's locale data. A
value that is missing or not finite reads as an en dash, never `nan`. Spaces are plain, so texts can be compared and
copied; `ui.markup` keeps a number and its unit on one line.
"""

from __future__ import annotations

import math
from datetime import datetime

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent

from ui.words import _, language, pgettext

MISSING = "–"
# ISO 8601 in English: "7/6" is June to some readers and July to others.
_MOMENTS = {"en": "yyyy-MM-dd HH:mm"}
# SI writes a space before the sign; Babel's English has none.
_PERCENT = {"en": "#,##0 %"}


def number(value: float | None, digits: int = 2) -> str:
    """`0.94`, `1,234.50`."""
    if value is None or not math.isfinite(value):
        return MISSING
    return _decimal(value, digits)


def _decimal(value: float, digits: int) -> str:
    # Rounded here, as Python does; and `+ 0.0`, since nobody means minus zero.
    return format_decimal(round(value, digits) + 0.0, f"#,##0{_places(digits)}", locale=language())


def _places(digits: int) -> str:
    return f".{'0' * digits}" if digits else ""


def count(value: int | None) -> str:
    """`1,000`."""
    return MISSING if value is None else _decimal(value, 0)


def percent(fraction: float | None, digits: int = 0) -> str:
    """`53 %` for 0.53; with `digits=1`, `53.1 %`."""
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    spoken = language()
    pattern = _PERCENT.get(spoken) or Locale.parse(spoken).percent_formats[None].pattern.replace("\u00a0", " ")
    with_digits = pattern.replace("#,##0", f"#,##0{_places(digits)}")
    return format_percent(round(fraction, digits + 2) + 0.0, with_digits, locale=spoken)


def percent_sign() -> str:
    """What stands behind a figure in percent, for those who write the figure themselves: ` %` or `%`."""
    return percent(0).removeprefix("0")


def duration(seconds: float | None) -> str:
    """The two largest units that matter: `14 ms`, `47 s`, `1 min 22 s`, `2 h 5 min`, `3 d 4 h`."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return MISSING
    if 0 < seconds < 0.9995:
        return _("{n} ms").format(n=max(1, round(1000 * seconds)))
    whole = round(seconds)
    if whole < 60:
        return _("{n} s").format(n=whole)
    if whole < 3600:
        return _pair(whole, 60, _("{n} min"), _("{n} s"))
    minutes = round(seconds / 60)
    if minutes < 24 * 60:
        return _pair(minutes, 60, _("{n} h"), _("{n} min"))
    return _pair(round(seconds / 3600), 24, _("{n} d"), _("{n} h"))


def _pair(total: int, per_large: int, large: str, small: str) -> str:
    """`total` small units as large ones and the rest, leaving a zero rest out."""
    whole, rest = divmod(total, per_large)
    words = large.format(n=whole)
    return _("{large} {small}").format(large=words, small=small.format(n=rest)) if rest else words


def moment(seconds: float) -> str:
    """Seconds since 1970 as date and time on this computer: `2026-07-29 14:05`, `2026/07/29 14:05`."""
    return format_datetime(datetime.fromtimestamp(seconds), _MOMENTS.get(language(), "short"), locale=language())


def moment_column() -> str:
    """The format of a table's column of dates. How long ago it was is known to Streamlit in English only."""
    return pgettext("format of dates, as moment.js has it; not “distance”, which is always English", "distance")


def learning_rate(value: float | None) -> str:
    """`5e-5`, `1.5e-4`: the way papers and scripts write it; `0` for zero."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def size(n_bytes: int | None) -> str:
    """`512 B`, `48 kB`, `1.1 GB`: decimal units, as disks and downloads are sold."""
    if n_bytes is None:
        return MISSING
    value = float(n_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{_digits(value, unit)} {unit}"
        value /= 1000
    return f"{_digits(value, 'TB')} TB"


def _digits(value: float, unit: str) -> str:
    """One decimal below ten, except for bytes, which come whole."""
    return _decimal(value, 1 if value < 9.95 and unit not in ("B", "kB") else 0)


def stars(value: float | None) -> str:
    """`3.8 stars`, as a screen reader should say it."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 1:
        return _("1 star")
    return _("{value} stars").format(value=_decimal(value, 1).removesuffix(".0"))
