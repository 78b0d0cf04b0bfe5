"""What people write for a class, read as it is meant: `4.0 out of 5`, `星3つ`, `★★★★☆`, `8/10`, `A-`, `very satisfied`.

Knows spellings; knows no tables. A column is on a scale when each of its classes is: one word more, and all are words.
Guarantees: forms that differ by case, width, spaces, invisible characters or a full stop alone are the same form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,9},\d{1,2}")
_N = r"(?P<n>\d{1,9}(?:[.,]\d+)?)"
_OF = r"(?P<of>\d{1,9}(?:[.,]\d+)?)"
# What ratings are counted in, in the languages of large shops.
_UNIT = (
    r"(?:-?\s*stars?|points?|pts?\.?|[★⭐]+|点|つ?星|[颗顆]星|分|점|개|stern(?:en?)?|étoiles?|estrellas?|estrelas?|stell[ae]|"
    r"sterren?|stjärn(?:a|or)|gwiazd\w{1,4}|yıldız|зв[её]зд[аы]?)"
)
# Each finds a number, and what it is out of where that is written.
_RATED = tuple(
    re.compile(rf"(?:rated\s+|(?:rating|score|note|評価|评分|별점|평점)\s*[:=]\s*)?{form}")
    for form in (
        rf"{_N}\s*{_UNIT}?",
        rf"{_N}\s*{_UNIT}?\s*\(?(?:out\s+of|of|/|von|sur|de|su|van|av|z|из)\s*{_OF}\s*{_UNIT}?\)?",
        rf"{_N}\s*{_UNIT}\s*,\s*最多\s*{_OF}\s*{_UNIT}",
        rf"{_OF}\s*{_UNIT}\s*(?:のうち|중|üzerinden)\s*{_N}\s*{_UNIT}?",
        rf"{_OF}点(?:満点)?(?:中|のうち)\s*{_N}\s*点?",
        rf"{_OF}段階(?:評価)?[中での]*\s*{_N}",
        rf"(?:星|★|⭐|별|stars?)\s*[_-]?\s*{_N}\s*[つ個개]?",
    )
)
_PERCENT = re.compile(rf"{_N}\s*(?:%|percent)")
_GLYPHS = re.compile(r"(?P<full>[★⭐]+|\*{1,5})(?P<empty>☆*)|(?P<none>☆+)")
# One circle alone is a mark like a cross.
_CIRCLES = re.compile(r"(?=.{3})(?P<full>●*)(?P<empty>○*)(?P<none>)")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {word: n for words in (_ENGLISH, "〇一二三四五六七八九十") for n, word in enumerate(words)}
_LEADING_WORD = re.compile(rf"({'|'.join(_ENGLISH)})(?=[\s-])")
_IDEOGRAPH = re.compile("[〇一二三四五六七八九十]")
_ROMAN = {form: place for place, form in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), 1)}
_GRADE = re.compile(r"[a-f][+-]?")
_GRADE_WORDS = ("grade", "mark", "note", "成績", "評定")
_DEGREES = (
    "not at all {0} < slightly {0} = not very {0} < somewhat {0} = moderately {0} < very {0} "
    "< extremely {0} = completely {0}"
)
# Ordered words, worst first; what stands on one line means the same.
_ORDERED = tuple(
    {form.strip(): place for place, line in enumerate(scale.split("<")) for form in line.split("=")}
    for scale in (
        "extremely dissatisfied < very dissatisfied = very unsatisfied = very unhappy "
        "< dissatisfied = unsatisfied = unhappy < somewhat dissatisfied < neutral = neither satisfied nor dissatisfied "
        "< somewhat satisfied < satisfied = happy < very satisfied = very happy < extremely satisfied",
        "strongly disagree < disagree < somewhat disagree < neutral = neither agree nor disagree < somewhat agree "
        "< agree < strongly agree",
        "very negative < negative = neg < somewhat negative < neutral = neu = mixed < somewhat positive < positive "
        "= pos < very positive",
        "overwhelmingly negative < very negative < mostly negative < mixed < mostly positive < very positive "
        "< overwhelmingly positive",
        *map(
            _DEGREES.format, ("satisfied", "likely", "important", "useful", "helpful", "happy", "confident", "familiar")
        ),
        "awful = terrible = very bad = very poor < bad = poor < fair = ok = okay = average = neutral < good "
        "< very good = great < excellent = amazing",
        # As Trustpilot has it, where a bad one is worse than a poor one.
        "bad < poor < average = ok = okay < great = good < excellent",
        "very low < low < medium = med = moderate = normal < high < very high < urgent < critical",
        "trivial < minor < normal < major < critical < blocker",
        "none < mild < moderate < severe < critical",
        "never < rarely = seldom < sometimes < often = usually < always",
        "very unlikely < unlikely < neutral < likely < very likely",
        "very difficult = very hard < difficult = hard < neutral < easy < very easy",
        "no < maybe = unsure = partly < yes",
        "👎 < 👍",
        "thumbs down < thumbs up",
        "not recommended < recommended",
        "detractor < passive < promoter",
        "below average < average < above average",
        "😡 = 😠 = 🤬 = 😞 = ☹ = 🙁 = 😢 < 😐 = 😶 < 🙂 = 😊 = 😀 = 😃 = 😄 = 😁 < 😍 = 🤩",
        "ungenügend < mangelhaft < ausreichend < befriedigend < gut < sehr gut",
        "sehr schlecht < schlecht < mittel = mittelmäßig = neutral < gut < sehr gut < ausgezeichnet",
        "sehr unzufrieden < unzufrieden < eher unzufrieden < neutral = teils teils < eher zufrieden < zufrieden "
        "< sehr zufrieden",
        "stimme gar nicht zu = stimme überhaupt nicht zu < stimme nicht zu < stimme eher nicht zu "
        "< neutral = teils teils < stimme eher zu < stimme zu < stimme voll zu = stimme voll und ganz zu",
        "sehr niedrig < niedrig < mittel < hoch < sehr hoch",
        "negativ < neutral < positiv",
        "très insatisfait < insatisfait < neutre < satisfait < très satisfait",
        "très mauvais < mauvais < moyen < bon < très bon < excellent",
        "négatif < neutre < positif",
        "muy insatisfecho < insatisfecho < neutral < satisfecho < muy satisfecho",
        "muy malo < malo < regular < bueno < muy bueno < excelente",
        "negativo < neutral = neutro < positivo",
        "nein < teils teils < ja",
        "non < oui",
        "muito insatisfeito < insatisfeito < neutro < satisfeito < muito satisfeito",
        "péssimo < ruim < regular < bom < ótimo = excelente",
        "pessimo < scarso < sufficiente < buono < ottimo",
        "molto insoddisfatto < insoddisfatto < neutrale < soddisfatto < molto soddisfatto",
        "zeer ontevreden < ontevreden < neutraal < tevreden < zeer tevreden",
        "негативный = негатив = отрицательный < нейтральный = нейтрально < позитивный = позитив = положительный",
        "ужасно < плохо < нормально < хорошо < отлично",
        "سلبي < محايد < إيجابي",
        "부정 = 부정적 < 중립 = 중립적 < 긍정 = 긍정적",
        "매우 불만족 < 불만족 < 보통 < 만족 < 매우 만족",
        "매우 나쁨 < 나쁨 < 보통 < 좋음 < 매우 좋음",
        "非常不满意 = 很不满意 < 不满意 < 一般 < 满意 < 非常满意 = 很满意",
        "差评 < 中评 < 好评",
        "很差 < 差 < 一般 < 好 < 很好",
        "消极 = 负面 < 中性 < 积极 = 正面",
        "小 < 中 < 大",
        "低 < 中 < 高",
        "低い < 普通 < 高い",
        "不可 < 可 < 良 < 優 < 秀",
        "× = ✕ < △ < ○ = 〇 < ◎",
        "全くそう思わない = まったくそう思わない < そう思わない < あまりそう思わない "
        "< どちらともいえない = どちらでもない < ややそう思う < そう思う "
        "< とてもそう思う = 非常にそう思う = 強くそう思う",
        "全く当てはまらない = まったく当てはまらない < あまり当てはまらない < どちらともいえない = どちらでもない "
        "< やや当てはまる < 当てはまる < 非常に当てはまる = とても当てはまる = よく当てはまる",
        "いいえ < どちらともいえない = わからない < はい",
        "非常に不満 = とても不満 = 大変不満 < 不満 < やや不満 < 普通 = ふつう = どちらでもない = どちらともいえない "
        "< やや満足 < 満足 < とても満足 = 非常に満足 = 大変満足",
        "とても悪い = 非常に悪い = 最悪 < 悪い < やや悪い < 普通 = ふつう < やや良い < 良い = よい "
        "< とても良い = 非常に良い = 最高",
        "否定 = 否定的 = ネガティブ < 中立 = 中立的 = ニュートラル < 肯定 = 肯定的 = ポジティブ",
    )
)


@dataclass(frozen=True)
class Scale:
    """How the forms of a column are ordered.

    Attributes:
        values: the value of each form; forms of one value are one class.
        counts: whether the values are ratings: numbers, of which one may be twice another.
        of: what the ratings are out of, where it is written: 10 for `8/10`.
        plain: whether the forms are numbers, or words for numbers, and nothing else.
    """

    values: tuple[float, ...]
    counts: bool
    of: float | None = None
    plain: bool = False


def folded(text: str) -> str:
    """The form that a spelling shares with all that look the same, or nearly so."""
    text = unicodedata.normalize("NFKC", text)
    visible = "".join(each for each in text if unicodedata.category(each) not in {"Cf", "Cc"} or each.isspace())
    visible = visible.replace("\ufe0f", "").replace("−", "-").casefold()
    folded = " ".join(visible.split())
    stripped = folded.rstrip(".。")
    return stripped if stripped and not NUMBER.fullmatch(stripped) else folded


def scale(forms: Sequence[str], column: str = "") -> Scale | None:
    """The scale on which all of these are; None where they are words.

    Args:
        forms: N different ones, as `folded` returns them.
        column: what the column is called: letters alone may be anything, those of a grade are grades.
    """
    if numbers := _all(forms, _number):
        return Scale(numbers, counts=True, plain=True)
    if all(form and not form.strip("☆") for form in forms):
        # Stars that are only drawn in outline are as good as full ones, where there are no others.
        return Scale(tuple(float(len(form)) for form in forms), counts=True)
    if rated := _all(forms, _rated):
        tops = {of for _, of in rated if of is not None}
        # One that says nothing is out of the same.
        if len(tops) <= 1:
            return Scale(tuple(value for value, _ in rated), counts=True, of=next(iter(tops), None))
    if shares := _all(forms, _share):
        return Scale(shares, counts=True, of=100.0)
    if (grades := _all(forms, _grade)) and _are_grades(forms, column):
        return Scale(grades, counts=False)
    # One or two letters alone may be anything.
    if len(forms) >= 3 and all(form in _ROMAN for form in forms):
        return Scale(tuple(float(_ROMAN[form]) for form in forms), counts=False)
    worths = [
        tuple(float(places[form]) for form in forms) for places in _ORDERED if all(form in places for form in forms)
    ]
    # That which tells most of them apart.
    return Scale(max(worths, key=lambda worth: len(set(worth))), counts=False) if worths else None


def _all(forms: Iterable[str], read: Callable[[str], T | None]) -> tuple[T, ...]:
    """What is read of all forms; nothing where one cannot be read."""
    found = []
    for form in forms:
        if (value := read(form)) is None:
            return ()
        found.append(value)
    return tuple(found)


def _number(form: str) -> float | None:
    if NUMBER.fullmatch(form):
        return float(form)
    if _DECIMAL_COMMA.fullmatch(form):
        return float(form.replace(",", "."))
    return float(_WORDS[form]) if form in _WORDS else None


def _rated(form: str) -> tuple[float, float | None] | None:
    """A value, and what it is out of where that is written."""
    if (drawn := _GLYPHS.fullmatch(form) or _CIRCLES.fullmatch(form)) is not None:
        full, empty = len(drawn["full"] or ""), len(drawn["empty"] or drawn["none"] or "")
        return float(full), float(full + empty) if empty else None
    form = _IDEOGRAPH.sub(lambda word: str(_WORDS[word[0]]), form) if "星" in form or "点" in form else form
    form = _LEADING_WORD.sub(lambda word: str(_WORDS[word[1]]), form.rstrip("!"), count=1)
    for pattern in _RATED:
        if (match := pattern.fullmatch(form)) is not None:
            of = match.groupdict().get("of")
            return _decimal(match["n"]), None if of is None else _decimal(of)
    return None


def _share(form: str) -> float | None:
    match = _PERCENT.fullmatch(form)
    return _decimal(match["n"]) if match else None


def _grade(form: str) -> float | None:
    """F is 0 and A is 5; a sign is worth a third."""
    if not _GRADE.fullmatch(form):
        return None
    return "fedcba".index(form[0]) + {"+": 1 / 3, "-": -1 / 3}.get(form[1:], 0.0)


def _are_grades(forms: Sequence[str], column: str) -> bool:
    return any(len(form) > 1 for form in forms) or any(word in column.casefold() for word in _GRADE_WORDS)


def _decimal(digits: str) -> float:
    return float(digits.replace(",", "."))
