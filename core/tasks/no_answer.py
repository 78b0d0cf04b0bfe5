"""Words that people write where there is no answer: `N/A`, `null`, `-`, `無回答`.

Some are never meant as a class. Others may be one, such as `none` among feelings or `unknown` among speakers: these are
no answer only in company that says so. Knows forms and how many rows have them; knows no tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

# Forms as `spellings.folded` gives them.
_NEVER_A_CLASS = frozenset(
    {"n/a", "n.a", "#n/a", "<na>", "nan", "null", "nil", "(null)", "<null>", "#null!", "nat", "undefined", "missing",
     "\\n", "-", "--", "---", "–", "—", "ー", "?", "??", "...", "…", "(blank)", "(empty)", "blank", "empty",
     "no answer", "no response", "no rating", "not applicable", "not available", "not rated", "not answered", "unrated",
     "unlabeled",
     "unlabelled", "unanswered", "prefer not to say", "no data", "keine angabe", "k.a", "k. a", "keine antwort",
     "nicht bewertet", "sans réponse", "non renseigné", "non réponse", "sin respuesta", "sin datos", "無回答", "未回答",
     "回答なし", "未評価", "評価なし", "未入力", "未記入", "未設定", "該当なし", "回答しない", "データなし", "無評価",
     "未评价", "无"}
)  # fmt: skip
_MAY_BE_A_CLASS = frozenset({"na", "none", "unknown", "nothing", "undecided", "不明", "なし", "無し", "わからない"})
# With this share of the rows or less, and fewer than any other class, such a word is no answer.
_SMALL_SHARE = 0.05


def among(counts: Mapping[str, int], on_a_scale: Callable[[list[str]], bool]) -> list[str]:
    """The forms of a column that stand for no answer.

    A word that may be a class is none where all other classes are on one scale (numbers, stars, bad to good), where a
    word that is never a class stands in the column too, or where it is rare. It stays where fewer than two classes
    would be left.

    Args:
        counts: how many rows have each form.
        on_a_scale: whether forms are values of one scale.
    """
    # Plus and minus are for and against.
    never = [form for form in counts if form in _NEVER_A_CLASS and not (form == "-" and "+" in counts)]
    doubtful = [form for form in counts if form in _MAY_BE_A_CLASS]
    rest = {form: count for form, count in counts.items() if form not in {*never, *doubtful}}
    # None, mild and severe are steps of one scale.
    doubtful = [form for form in doubtful if not on_a_scale([*rest, form])]
    if not doubtful or len(rest) < 2:
        return never
    if never or on_a_scale(list(rest)):
        return never + doubtful
    few, least = _SMALL_SHARE * sum(counts.values()), min(rest.values())
    return [form for form in doubtful if counts[form] <= few and counts[form] < least]
