"""Which columns read like reviews and which like ratings: how well each would do, best first.

Looks at names and at the first rows; knows no task. The words are those of exports and datasets that people have, in
English, Japanese, German, French and Spanish. A column that is called exactly `text` or `label` is taken at its word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import flat, is_text, plain
from core.messages import Message

SAMPLE_ROWS = 10_000
# Cells that are looked at word by word, and how far.
_CLOSE_ROWS = 500
_CLOSE_CHARACTERS = 2000
MOST_CLASSES = 100
_FEW_CLASSES = 20
_TAKEN_AT_ITS_WORD = 200.0
# Less than this share of different cells is a list of keywords or a form letter; of filled ones, an aside.
_REPEATED, _FILLED = 0.5, 0.8


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\W\d_]+|\d+")
# Scripts without spaces between words: two signs are about a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_NO_PROSE = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+|[\w./:+\-]*\d[\w./:+\-]*|(?:[\w-]+[,;|/])+[\w-]+|[A-Za-z0-9_\-]{20,}"
)
_DATE = re.compile(
    r"\d{4}[-/.年]\s?\d{1,2}([-/.月]\s?\d{1,2}日?)?([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}([T ].*)?"
    r"|\d{1,2}:\d{2}(:\d{2})?"
)
# A rating or an opinion in a few words.
_VERDICT = re.compile(
    r"[★☆⭐\ufe0f]+|(rated\s+)?\d{1,3}([.,]\d+)?\s*(stars?|sterne|étoiles|estrellas|点|つ星|%)"
    r"|(rated\s+)?\d{1,3}([.,]\d+)?\s*(out of|/|von|sur|de)\s*\d+.*"
    r"|星\s?[\d一二三四五].*|\d{1,2}つ星のうち.*"
    r"|.{0,30}(satisfied|zufrieden|satisfecho|satisfait|満足|不満|agree|positive|negative|neutral|普通).{0,10}",
    re.IGNORECASE,
)

_TEXT = _set(
    "text texts review reviews content contents comment comments body sentence tweet message feedback "
    "description phrase opinion opinions kommentar kommentare bewertungstext rezension rezensionstext meinung "
    "nachricht beschreibung anfrage freitext erfahrungsbericht texte commentaire commentaires avis texto comentario "
    "comentarios opinión reseña mensaje comentário mensagem resenha recensione recensioni commento testo messaggio "
    "recensie opmerking tekst yorum metin opinia recenzja komentarz отзыв отзывы текст комментарий сообщение "
    "النص التعليق المراجعة תגובה ביקורת טקסט"
)
_TEXT_PARTS = (
    "レビュー", "口コミ", "本文", "コメント", "感想", "クチコミ", "内容", "意見", "評論", "评论", "评价内容", "点评",
    "正文", "리뷰", "내용", "댓글", "의견", "후기",
)  # fmt: skip
_NO_TEXT = _set(
    "id ids key keys url urls uri link image img date time timestamp at by user username name author reviewer "
    "title summary headline subject heading reply replies response responses answer owner company tags tag "
    "keyword keywords category categories brand product item sku asin asins reference ref code version device "
    "location city country address email language lang source domain store hotel restaurant business app "
    "manufacturer path file hash ip phone titel betreff überschrift autor verfasser datum titre objet auteur título "
    "asunto"
)
# Somebody else's words, whatever follows in the name.
_REPLIES = _set(
    "reply replies response responses answer owner developer antwort antworten réponse respuesta händler company"
)
_NO_TEXT_PARTS = (
    "タイトル", "題名", "見出し", "返信", "返答", "投稿者", "ユーザー", "商品名", "店名", "番号", "日付", "日時", "タグ"
)  # fmt: skip
_LABEL = (
    _set(
        "stars star rating ratings sterne étoiles estrellas nps csat estrelas stelle sterren рейтинг звезды gwiazdki "
        "yıldız النجوم דירוג"
    ),
    _set(
        "overall score scores label labels grade satisfaction bewertung note gesamtnote gesamtbewertung zufriedenheit "
        "zufrieden puntuación valoración calificación satisfacción nota avaliação rótulo voto valutazione punteggio "
        "points etichetta etiqueta étiquette beoordeling cijfer puan etiket ocena etykieta оценка метка "
        "التقييم التصنيف ציון תווית"
    ),
    _set(
        "class sentiment target polarity emotion intent category topic recommended recommend rate rated "
        "satisfied type y klasse kategorie stimmung thema "
        "classe catégorie sujet clase categoría tema sentimento categoria sentimiento тональность класс категория "
        "الفئة المشاعر kategoria duygu sınıf"
    ),
)
_LABEL_ENDINGS = ("bewertung", "wertung", "note", "sterne", "zufriedenheit")
_LABEL_PARTS = (
    "評価", "評点", "星", "点数", "スコア", "満足度", "採点", "総合", "感情", "ラベル", "分類", "カテゴリ", "種別",
    "区分", "极性", "情感", "评分", "類別", "类别", "星级", "打分", "标签", "評分", "星級", "標籤", "평점", "별점",
    "점수", "라벨", "감정", "만족도", "분류",
)  # fmt: skip
# Whose rating it is: the reviewer's rather than the product's.
_OWN = frozenset({"review", "reviews", "reviewer", "user", "customer", "my", "your"})
_NO_LABEL = _set(
    "id ids uid uuid index idx average avg mean total sum count counts number num votes vote helpful useful "
    "funny cool thumbs likes upvotes length date time timestamp day month year at gender sex age nationality "
    "country city state region language lang locale brand product item hotel restaurant business store shop "
    "app name username user author verified purchase did version device platform manufacturer annotator worker "
    "batch split fold valid price confidence lead url source domain geschlecht alter nation ort stadt land sprache "
    "marke produkt händler bearbeiter autor verfasser datum zeitstempel nummer anzahl verifiziert sexe âge ville pays "
    "langue marque produit auteur sexo edad ciudad país idioma marca producto autor fecha movie film "
    "book song artist game artikel parent cidade sexo idade data autor produto loja città sesso età autore prodotto "
    "stad leeftijd geslacht şehir cinsiyet yaş miasto płeć wiek город пол возраст дата имя автор товар магазин страна "
    "المدينة الجنس العمر التاريخ الاسم الدولة עיר מין גיל תאריך"
)
_NO_LABEL_ENDINGS = ("name", "nummer", "datum")
_NO_LABEL_PARTS = (
    "性別", "年代", "年齢", "番号", "日付", "日時", "店", "商品", "国", "言語", "平均", "件数", "購入", "担当",
    "投稿者", "回答者", "都道府県", "地域", "いいね", "性别", "年龄", "城市", "日期", "时间", "用户", "编号", "点赞",
    "地区", "성별", "나이", "연령", "날짜", "지역", "번호", "작성자", "상품",
)  # fmt: skip


# What is rated: where nothing says that it is rated by someone else, by the reviewer.
_RATED_THINGS = _set(
    "product item hotel restaurant business store shop app movie film book song artist game brand produkt marke marque "
    "produit marca producto"
)
_RATED_PARTS = ("商品", "店")
# Votes of readers; where a table has no other label, whether they were for or against.
_VOTES = _set("helpful useful funny cool thumbs thumb")
_YES_OR_NO = _set("yes no y n true false up down \U0001f44d \U0001f44e helpful useful like dislike liked disliked")
_STARS = frozenset("12345")
# Objects that exports put around a row.
_WRAPPERS = re.compile(r"(?:_?source|node|attributes|fields|data|doc|document|item|record|properties|value)\.(?=.)")


@dataclass(frozen=True)
class Candidate:
    """A column, how well it would do (the higher, the better), what speaks for it and, if anything, against it."""

    name: str
    points: float
    why: Message
    but: Message | None = None


def texts(table: pa.Table) -> list[Candidate]:
    """Columns that could be the text, best first; all that hold strings."""
    head = table.slice(0, SAMPLE_ROWS)
    found = [_prose(name, head[name]) for name in head.column_names if _holds_text(head, name)]
    return sorted(found, key=lambda each: -each.points)


def labels(table: pa.Table, class_columns: Iterable[str] = ()) -> list[Candidate]:
    """Columns that could be the label, best first.

    Args:
        class_columns: those that the hub calls classes.
    """
    judged = _judged(table, class_columns)
    return sorted((each for each in judged if isinstance(each, Candidate)), key=lambda each: -each.points)


def no_labels(table: pa.Table, class_columns: Iterable[str] = ()) -> dict[str, Message]:
    """Why each of the other columns cannot be the label."""
    judged = zip(table.column_names, _judged(table, class_columns), strict=True)
    return {name: reason for name, reason in judged if isinstance(reason, Message)}


def _judged(table: pa.Table, class_columns: Iterable[str]) -> list[Candidate | Message]:
    """Each column as a label, or why it can be none."""
    head = table.slice(0, SAMPLE_ROWS)
    classes = set(class_columns)
    return [_label(name, head[name], name in classes) for name in head.column_names]


def _holds_text(table: pa.Table, name: str) -> bool:
    return is_text(table.schema.field(name).type)


def _prose(name: str, column: pa.ChunkedArray) -> Candidate:
    """How much a column reads like reviews: words a cell, how many cells are filled, how different they are."""
    cells = pc.utf8_trim_whitespace(plain(column).cast(pa.large_string()))
    filled = cells.filter(pc.fill_null(pc.not_equal(cells, ""), False))
    if not len(filled):
        return Candidate(name, 0.0, Message("it is empty"), Message("it is empty"))
    share = len(filled) / len(column)
    different = int(pc.count_distinct(filled).as_py()) / len(filled)
    sample = pc.utf8_slice_codeunits(filled.slice(0, _CLOSE_ROWS), 0, _CLOSE_CHARACTERS).to_pylist()
    words = sum(map(_words, sample)) / len(sample)
    called = _called_text(name)
    points = math.log2(1 + words) * (0.2 + 0.8 * share) * (0.3 + 0.7 * different) * called
    if called > 2:
        return Candidate(name, points, Message("it is called so"))
    why = Message(
        "about {words:.0f} words a row, {filled:.0%} of the rows filled, {different:.0%} of them different",
        words=words,
        filled=share,
        different=different,
    )
    return Candidate(name, points, why, _against(called, words, share, different))


def _against(called: float, words: float, share: float, different: float) -> Message | None:
    """The worst of what speaks against a text column."""
    if called < 1:
        return Message("its name says that it is something else")
    if different < _REPEATED:
        return Message("its cells repeat")
    if share < _FILLED:
        return Message("only {filled:.0%} of its rows are filled", filled=share)
    return Message("it has about {words:.0f} words a row", words=words)


def _words(cell: str) -> float:
    """Words of a cell that could be read aloud."""
    spoken = [word for word in cell.split() if not _NO_PROSE.fullmatch(word)]
    unspaced = len(_UNSPACED.findall(cell))
    return len([word for word in spoken if not _UNSPACED.search(word)]) + unspaced / 2


def _called_text(name: str) -> float:
    """What its name says of a column: 1 says nothing."""
    words = _parts(name)
    if name.strip().casefold() == "text":
        return 1000.0
    if set(words) & _REPLIES and set(words) & _TEXT and len(words) > 1:
        return 0.3
    if (set(words) & _NO_TEXT and words[-1:] != ["text"]) or any(part in name for part in _NO_TEXT_PARTS):
        return 0.3
    return 2.0 if set(words) & _TEXT or any(part in name for part in _TEXT_PARTS) else 1.0


def _label(name: str, column: pa.ChunkedArray, is_class: bool) -> Candidate | Message:
    """A label, or why not: hub classes first, then names that say so, then few different values."""
    cells = flat(column)
    kind = cells.type
    is_binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    if pa.types.is_nested(kind) or is_binary:
        return Message("holds {kind}", kind=str(kind))
    classes = 0 if pa.types.is_null(kind) else int(pc.count_distinct(cells).as_py())
    if pa.types.is_temporal(kind) or (classes and _are_dates(cells)):
        return Message("holds dates")
    if is_class:
        return Candidate(name, 1000.0, Message("the dataset itself says that it holds classes"))
    if classes < 2:
        return Message("is the same everywhere") if classes else Message("is empty")
    called = _called_label(name)
    many = Message("has {classes:,} different values", classes=classes)
    if called >= _TAKEN_AT_ITS_WORD:
        return Candidate(name, called, Message("it is called so"))
    if called > 0:
        why = Message("its name says so, and it has {classes:,} different values", classes=classes)
        # With more classes than can be learned it is still the column that was meant, and that is said.
        return Candidate(name, called if classes <= MOST_CLASSES else called / 4, why, many)
    if called < 0 and _is_vote(name, cells):
        why = Message("its values are for and against")
        return Candidate(name, 1.0, why, Message("its name says that it is something else"))
    if called < 0:
        return Message("says by its name that it is something else")
    if classes > MOST_CLASSES or classes > max(2, len(column) // 2):
        return many
    if _are_verdicts(cells):
        return Candidate(
            name, 50.0, Message("its values are a rating or an opinion"), Message("its name does not say so")
        )
    why = Message("it has {classes:,} different values", classes=classes)
    if classes == len(_STARS) and {_plain(each) for each in pc.unique(cells).to_pylist()} - {""} == _STARS:
        return Candidate(name, 15.0, why, Message("its name does not say so"))
    points = (10.0 if classes <= _FEW_CLASSES else 5.0) - classes / 100
    return Candidate(name, points, why, Message("its name does not say so"))


def _called_label(name: str) -> float:
    """More than 0 where a name says that this is what is learned, less where it says that it is something else."""
    words = _parts(name)
    if name.strip().casefold() == "label":
        return _TAKEN_AT_ITS_WORD
    place = next((place for place, known in enumerate(_LABEL) if known & set(words)), None)
    if place is None and any(word.endswith(_LABEL_ENDINGS) for word in words):
        place = 1
    if place is None and any(part in name for part in _LABEL_PARTS):
        place = 0
    others = set(words) & _NO_LABEL or {part for part in _NO_LABEL_PARTS if part in name}
    others |= {word for word in words if word.endswith(_NO_LABEL_ENDINGS)}
    if place is None:
        return -1.0 if others else 0.0
    own = bool(set(words) & _OWN)
    if others and not own and others <= _RATED_THINGS | set(_RATED_PARTS):
        # Below one that says less; a rating all the same.
        return 20.0 - 5 * place - len(words)
    if others and not own:
        # `Average_Score` is the hotel's, `rating_count` no rating.
        return 8.0 if words == ["class", "index"] else -1.0
    return 100.0 - 10 * place + 5 * own - len(words) + (3 if len(words) == 1 else 0)


def _plain(value: object) -> str:
    """A value as a rating may be written; blank where there is none."""
    return "" if value is None else str(value).strip().removesuffix(".0")


def _is_vote(name: str, cells: pa.ChunkedArray) -> bool:
    """Whether a column of readers' votes has two values, for and against."""
    seen = {str(each).strip().casefold() for each in pc.unique(cells).slice(0, 5).to_pylist() if each is not None}
    votes = set(_parts(name)) & _NO_LABEL
    return bool(votes) and votes <= _VOTES and len(seen) == 2 and seen <= _YES_OR_NO


def _are_dates(cells: pa.ChunkedArray) -> bool:
    return _all_match(cells, _DATE)


def _are_verdicts(cells: pa.ChunkedArray) -> bool:
    """Whether all values read like ratings or opinions, whatever the column is called."""
    return _all_match(cells, _VERDICT)


def _all_match(cells: pa.ChunkedArray, pattern: re.Pattern[str]) -> bool:
    if not is_text(cells.type):
        return False
    seen = [each for each in pc.unique(cells.slice(0, _CLOSE_ROWS)).to_pylist() if each and each.strip()]
    return bool(seen) and all(pattern.fullmatch(each.strip()) for each in seen)


def _parts(name: str) -> Sequence[str]:
    """The words of a name: `reviewerScore` and `Reviewer_Score` have the same."""
    return [word.casefold() for word in _WORD.findall(_WRAPPERS.sub("", name))]
