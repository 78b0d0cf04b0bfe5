"""How much a text reads like the language that an encoding is for.

An old encoding says nothing of itself: bytes of Japanese are Korean syllables, rare Chinese signs or accents in a row
under another one. Only what comes out tells. Each language is told by the signs that its texts are full of; what no
text is full of (half-width kana, control characters, signs of the extensions, an accent among accents) counts against
it. Knows no file. Guarantees a number from -1 to 1 for N letters beyond ASCII, N >= 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# Signs that make up about half of ordinary text and of reviews.
_KANJI = frozenset(
    "日一大人年時行見本気思言良品商最高残念店料理美味買届悪使用注文対応丁寧説明書少多小中上下前後間物入出手来事自分今回方"
    "何度早遅安値段色質普通満足購子供家族友達部屋食朝夕古新箱壊動作電池音画面不便利親切星評価発送配達到着梱包期待以同様感"
    "想当生学会社先長力立開的性名男女体心地水火木金土曜月週特別私君彼問題点変無有全然楽好嫌優重軽簡単再取返交換客員接待"
)
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fc]")
_HANZI = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成"
    "方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实很吃味服务错店价格环境菜差喜欢买东西"
    "质量快递慢非常态度推荐满意便宜贵房间早餐卫生位置点电话手机屏幕电池客收货包装颜色书电影评论最给再别太真让觉朋友次员老"
    "與個這們來為說時會對過發後裡樣種經麼現沒動還進實買東質態滿貴間衛點話機幕評論給讓覺價錯務環餐廳氣網讀書"
)
_HANGUL = frozenset(
    "이다는고에을의하가지로한은기도를아자들있나사리대서어그정인수게해시보만일전여요으라안부주과와제면니장없너무것때더음좋상"
    "습네배송품제질감격비추천맛재미별점내었았했합됩입던데구매빠르친절편용제거성우진마못싶같분방오바최악실망다시원조원"
)
_CYRILLIC = ("оеаинтсрвлкмдпу", "ыьяйзбгчхжшющцэфъёіїєґ")
_GREEK = ("αοιτεσνηυρπκμλςόίάέή", "δωγθχφβξζψύώΐΰϊϋ")
_ARABIC = ("ايلمنوتربةدعسفكحهقأ", "جشصطخضغثذزظءآؤإئىپچژگًٌٍَُِّْـ،؛؟\u200c\u200d\u200e\u200f")
_HEBREW = ("יולהאמרתבנשדםעקחפטכ", "גזסץצןךףְֱֲֳִֵֶַָֹֻּֿׁׂ־׳״\u200e\u200f₪")
_THAI = ("านรอกเงมยลวดทสตะปบค", "".join(map(chr, range(0xE01, 0xE5C))))
_WESTERN = frozenset("éèàçêôîûâëïäöüßñáíóúøåæãõœÉÈÀÇÄÖÜØÅÆÑÁÍÓÚ")
_CENTRAL = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰôľĺŕăâîșțşţéíóöüä")
_TURKISH = frozenset("ğışçöüĞİŞÇÖÜâî")
_MARKS = frozenset(
    "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u20ac\u00ab\u00bb\u00a3\u00b0\u00a0\u2022\u00b4\u00a1\u00bf\u00df"
)
# Punctuation, letters and digits in full width that East Asian texts share.
_WIDE = re.compile(r"[\u3000-\u303f\uff01-\uff5e\u2018-\u201d\u2026\u2014\u2605\u2606\u2460-\u2473\u25cb\u203b\u266a]")


def _japanese(sign: str) -> float:
    if _KANA.match(sign) or sign in _KANJI:
        return 1.0
    if "\uff61" <= sign <= "\uff9f":
        return -0.5
    return _of_level(sign, "euc_jp", 0xB0, 0xCF, 0.2)


def _chinese(sign: str) -> float:
    if sign in _HANZI:
        return 1.0
    if _KANA.match(sign):
        return -0.7
    return _of_level(sign, "gb2312", 0xB0, 0xD7, 0.2)


def _taiwanese(sign: str) -> float:
    if sign in _HANZI:
        return 1.0
    if _KANA.match(sign):
        return -0.7
    return _of_level(sign, "big5", 0xA4, 0xC6, 0.2)


def _korean(sign: str) -> float:
    if sign in _HANGUL:
        return 1.0
    return _of_level(sign, "euc_kr", 0xB0, 0xC8, 0.25)


def _of_level(sign: str, codec: str, first: int, last: int, points: float) -> float:
    """What a rarer sign is worth: some where the oldest standard has it among the common ones, else less than none."""
    try:
        lead = sign.encode(codec)[0]
    except UnicodeEncodeError:
        return -1.0
    return points if first <= lead <= last else -0.6


def _letters(common: frozenset[str], marks: float = 0.5) -> Callable[[str], float]:
    def points(sign: str) -> float:
        return 1.0 if sign in common else marks if sign in _MARKS else -1.0

    return points


def _alphabet(letters: tuple[str, str]) -> Callable[[str], float]:
    """Small letters, the common ones first; two code pages of one alphabet have each other's capitals for them."""
    common, rare = map(frozenset, letters)

    def points(sign: str) -> float:
        if sign in common:
            return 1.0
        small = sign.lower()
        return 0.4 if sign in rare or sign in _MARKS or sign == "№" else 0.1 if small in common | rare else -1.0

    return points


@dataclass(frozen=True)
class Candidate:
    """An encoding, what to call it, and how much a sign beyond ASCII speaks for it.

    Attributes:
        shy: how much better than a usual encoding it must do.
        among: which neighbours its signs have: `alike` in scripts of their own, `words` where whole words of an
            alphabet are written in them, `ascii` where they are accents among ASCII letters.
    """

    codec: str
    title: str
    points: Callable[[str], float]
    among: Literal["alike", "words", "ascii"] = "alike"
    shy: float = 0.0


CANDIDATES = (
    Candidate("cp1252", "Windows-1252 (western)", _letters(_WESTERN, 0.9), among="ascii"),
    Candidate("cp932", "Shift-JIS (Japanese)", _japanese),
    Candidate("euc_jp", "EUC-JP (Japanese)", _japanese),
    Candidate("euc_jis_2004", "EUC-JP (Japanese)", _japanese),
    Candidate("gb18030", "GB 18030 (Chinese)", _chinese),
    Candidate("big5", "Big5 (Chinese)", _taiwanese),
    Candidate("cp949", "CP949 (Korean)", _korean),
    Candidate("cp1251", "CP1251 (Cyrillic)", _alphabet(_CYRILLIC), "words"),
    Candidate("koi8-r", "KOI8-R (Cyrillic)", _alphabet(_CYRILLIC), "words"),
    Candidate("cp866", "CP866 (Cyrillic)", _alphabet(_CYRILLIC), "words"),
    Candidate("cp1250", "CP1250 (Central European)", _letters(_CENTRAL), among="ascii", shy=0.15),
    Candidate("iso8859-2", "ISO 8859-2 (Central European)", _letters(_CENTRAL), among="ascii", shy=0.16),
    Candidate("cp1254", "CP1254 (Turkish)", _letters(_TURKISH), among="ascii", shy=0.17),
    Candidate("cp1253", "CP1253 (Greek)", _alphabet(_GREEK), "words"),
    Candidate("cp1256", "Windows-1256 (Arabic)", _alphabet(_ARABIC), "words"),
    Candidate("cp1255", "Windows-1255 (Hebrew)", _alphabet(_HEBREW), "words"),
    Candidate("cp874", "Windows-874 (Thai)", _alphabet(_THAI), "words"),
    Candidate("cp850", "CP850 (DOS)", _letters(_WESTERN), among="ascii", shy=0.35),
    Candidate("mac_roman", "Mac Roman (western)", _letters(_WESTERN), among="ascii", shy=0.35),
)


def likeness(text: str, candidate: Candidate) -> float:
    """How much a text reads like what the encoding is for: -1 not at all, 0 where it has ASCII alone, 1 very much."""
    total, count, before = 0.0, 0, ""
    for sign in text:
        if sign > "\x7f":
            count += 1
            wide = candidate.among == "alike" and _WIDE.match(sign)
            total += (0.3 if wide else candidate.points(sign)) - _misplaced(before, sign, candidate)
        elif candidate.among == "words" and sign.isalpha() and before > "\x7f" and before not in _MARKS:
            total -= 1.0
        before = sign
    return total / count - candidate.shy if count else 0.0


def _misplaced(before: str, sign: str, candidate: Candidate) -> float:
    """What a neighbour costs that signs of this encoding seldom have."""
    if sign in _MARKS or before in _MARKS:
        return 0.0
    if candidate.among == "ascii":
        # An accent behind an accent, or a capital in the middle of a word.
        return 0.5 if before > "\x7f" or (sign.isupper() and before.islower()) else 0.0
    return 1.0 if candidate.among == "words" and before.isascii() and before.isalpha() else 0.0
