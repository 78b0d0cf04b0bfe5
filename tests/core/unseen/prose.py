"""Sentences in several languages, put together so that no two texts are the same; rows as programs write them."""

from __future__ import annotations

import csv
import io
import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BANKS = {
    "en": (
        ["The delivery", "My new phone", "This little lamp", "The breakfast", "Customer service", "The main character",
         "The battery", "Our room"],
        ["was better than I expected", "broke after two weeks", "did what it should", "made us wait for an hour",
         "is worth every penny", "was a complete disappointment", "could be a bit quieter",
         "surprised the whole family"],
        ["I would buy it again.", "We will not come back.", "My sister liked it, too.", "Nobody answered my mail.",
         "The colour is as shown in the picture.", "For this price I can't complain."],
    ),
    "de": (
        ["Die Lieferung", "Das Gerät", "Unser Zimmer", "Der Kundendienst", "Die Größe", "Das Frühstück"],
        ["war besser als gedacht", "ging nach zwei Wochen kaputt", "hat uns überrascht", "ist sein Geld nicht wert",
         "könnte etwas leiser sein"],
        ["Ich würde es wieder kaufen.", "Nie wieder!", "Für den Preis völlig in Ordnung.", "Schade, schöne Idee."],
    ),
    "fr": (
        ["La livraison", "Cet appareil", "Notre chambre", "Le service après-vente", "Le petit déjeuner"],
        ["a été très décevant", "fonctionne à merveille", "était déjà cassé", "mérite d'être essayé"],
        ["Je le rachèterai sans hésiter.", "À éviter !", "Rien à redire, c'est parfait.", "On a attendu une éternité."],
    ),
    "es": (
        ["El envío", "La habitación", "Este teléfono", "La atención", "El desayuno"],
        ["llegó antes de lo esperado", "dejó de funcionar en un mes", "fue una decepción", "superó lo que pedía"],
        ["Lo volvería a comprar.", "No lo recomiendo a nadie.", "Por este precio está bien.", "¡Qué pena!"],
    ),
    "ja": (
        ["配送が", "この商品は", "部屋の掃除が", "お店の対応は", "味が", "電池の持ちが"],
        ["思ったより良くて驚きました。", "期待していたほどではありませんでした。", "とても丁寧で満足しています。",
         "二週間で壊れてしまいました。", "値段の割に十分だと思います。"],
        ["また買います。", "二度と利用しません。", "家族にも好評でした。", "友達にもすすめたいです。"],
    ),
    "zh": (
        ["这家店的菜", "快递", "房间", "服务员的态度", "手机的电池", "包装"],
        ["比想象中好很多，", "实在让人失望，", "还算过得去，", "非常不错，", "用了两周就坏了，"],
        ["下次还会再来。", "再也不会光顾了。", "推荐给大家。", "价格也合适。"],
    ),
    "ko": (
        ["배송이", "이 영화는", "방이", "직원이", "배터리가"],
        ["생각보다 정말 좋았어요.", "너무 실망스러웠습니다.", "그냥 그랬어요.", "기대 이상이었습니다."],
        ["또 보고 싶네요.", "다시는 안 살 거예요.", "친구에게 추천합니다.", "돈이 아깝다."],
    ),
    "ar": (
        ["التوصيل", "هذا الهاتف", "الغرفة في الفندق", "خدمة العملاء"],
        ["كان أفضل مما توقعت", "تعطل بعد أسبوعين", "لا يستحق هذا السعر", "أعجبني كثيرا"],
        ["سأشتريه مرة أخرى.", "لن أعود أبدا.", "أنصح به الجميع."],
    ),
    "he": (
        ["המשלוח", "הטלפון הזה", "החדר במלון", "שירות הלקוחות"],
        ["היה טוב ממה שציפיתי", "התקלקל אחרי שבועיים", "לא שווה את המחיר", "הפתיע אותנו לטובה"],
        ["אקנה שוב.", "לא נחזור לשם.", "ממליץ לכולם."],
    ),
    "pt": (
        ["A entrega", "O celular", "O quarto", "O atendimento", "A embalagem"],
        ["foi muito rápida", "não funciona mais", "deixou a desejar", "é melhor do que eu pensava"],
        ["Recomendo a todos.", "Não compro mais.", "Já é o segundo que peço.", "Péssima experiência!"],
    ),
}  # fmt: skip
_JOINED = {"ja": "", "zh": ""}


def prose(language: str, count: int, seed: int = 0) -> list[str]:
    """As many different short reviews."""
    joined = _JOINED.get(language, " ")
    combined = [joined.join(each) for each in itertools.product(*_BANKS[language])]
    random.Random(seed).shuffle(combined)
    while len(combined) < count:
        combined += [f"{one}{joined}{other}" for one, other in itertools.pairwise(combined)]
    return combined[:count]


def cycle(values: Sequence[object], count: int) -> list[str]:
    """The values over and over, in a mixed order that has all of them."""
    found = [str(values[at % len(values)]) for at in range(count)]
    random.Random(7).shuffle(found)
    return found


def written(
    header: Sequence[str] | None,
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    quoting: int = csv.QUOTE_MINIMAL,
    end: str = "\r\n",
) -> bytes:
    """Delimited text, as Python's csv module writes it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


STARS = "1 star|2 stars|3 stars|4 stars|5 stars"


@dataclass(frozen=True)
class Case:
    """A table and its right reading.

    Attributes:
        file: its name, whose suffix says what it claims to be.
        content: its bytes.
        text: the name of the text column, or several that are as good, divided by ` | `; empty where it is refused.
        label: of the label column, likewise.
        rows: that can be trained on.
        classes: in order, divided by `|`.
        truth: rows that a person counts in the file, whether or not they are of use; those read and those left out.
    """

    file: str
    content: bytes
    text: str = ""
    label: str = ""
    rows: int = 0
    classes: str = ""
    truth: int | None = None
