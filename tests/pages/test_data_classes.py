"""The classes that are learned, changed on the page: each edit counts once, and what is wrong loses nothing."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.runs.store import Store
from tests.pages.drawn import cards, checked, draft, go, opened, pills, words


def editing() -> AppTest:
    """The bundled sample with its classes open."""
    at = opened("data")
    return checked(at.toggle(key="classes-open").set_value(True).run())


def classes(at: AppTest) -> dict[str, list[str]]:
    return {each.name: each.of for each in draft(checked(at)).data.classes}


def test_five_stars_become_three_classes_with_a_click_and_come_back_with_another(store: Store) -> None:
    at = opened("data")
    at.button(key="classes-ready-0").click().run()
    assert classes(at) == {
        "negative": ["1 star", "2 stars"],
        "neutral": ["3 stars"],
        "positive": ["4 stars", "5 stars"],
    }
    assert "2,109" in words(at)
    assert "Always answering negative would be right 42.2 % of the time" in words(at)
    at.button(key="classes-reset").click().run()
    assert classes(at) == {}
    assert "Always answering 1 star" in words(at)


def test_edits_follow_each_other_and_each_counts_once(store: Store) -> None:
    at = editing()
    at.text_input(key="class-name-0").set_value("awful").run()
    at.text_input(key="class-name-1").set_value("bad").run()
    at.multiselect(key="class-of-2").set_value(["3 stars", "4 stars"]).run()
    assert [*classes(at).items()] == [
        ("awful", ["1 star"]),
        ("bad", ["2 stars"]),
        ("3 stars", ["3 stars", "4 stars"]),
        ("5 stars", ["5 stars"]),
    ]
    at.button(key="class-up-3").click().run()
    at.button(key="class-up-2").click().run()
    assert [*classes(at)] == ["awful", "5 stars", "bad", "3 stars"]
    at.button(key="class-down-0").click().run()
    assert [*classes(at)] == ["5 stars", "awful", "bad", "3 stars"]
    # The widgets show what the draft has, wherever a class has gone.
    assert [at.text_input(key=f"class-name-{n}").value for n in range(4)] == [*classes(at)]
    at.text_input(key="class-worth-0").set_value("4,5").run()
    assert draft(checked(at)).data.classes[0].value == 4.5


def test_two_edits_before_the_page_is_drawn_both_count(store: Store) -> None:
    at = editing()
    at.text_input(key="class-name-0").set_value("awful")
    at.text_input(key="class-name-4").set_value("superb")
    at.run()
    assert {"awful", "superb"} <= {*classes(at)}
    at.text_input(key="class-name-0").set_value("dreadful")
    at.text_input(key="class-worth-0").set_value("0.5")
    at.run()
    assert (draft(checked(at)).data.classes[0].name, draft(at).data.classes[0].value) == ("dreadful", 0.5)


def test_a_name_that_two_classes_have_merges_them(store: Store) -> None:
    at = editing()
    at.text_input(key="class-name-3").set_value("5 stars").run()
    assert classes(at)["5 stars"] == ["5 stars", "4 stars"]
    assert len(classes(at)) == 4


def test_what_is_left_out_is_not_counted_and_comes_back(store: Store) -> None:
    at = editing()
    at.multiselect(key="class-left-out").set_value(["3 stars"]).run()
    assert "3 stars" not in classes(at)
    assert "1,067 25.5" in words(at)
    at.multiselect(key="class-left-out").set_value([]).run()
    assert classes(at)["3 stars"] == ["3 stars"]


def test_what_cannot_be_stays_in_its_box_beside_what_is_wrong(store: Store) -> None:
    at = editing()
    at.text_input(key="class-name-0").set_value("awful").run()
    at.text_input(key="class-worth-1").set_value("two").run()
    assert "no number" in at.error[0].value
    assert at.text_input(key="class-worth-1").value == "two"
    assert "awful" in classes(at)
    at.text_input(key="class-name-1").set_value(" ").run()
    assert "needs a name" in at.error[0].value
    at.text_input(key="class-name-1").set_value("bad").run()
    assert not at.error
    assert [*classes(at)][:2] == ["awful", "bad"]
    at.text_input(key="class-worth-1").set_value("inf").run()
    assert at.error
    assert "bad" in classes(at)


def test_classes_are_still_there_after_a_look_at_another_page(store: Store) -> None:
    at = editing()
    at.text_input(key="class-name-0").set_value("awful").run()
    go(at, "train")
    go(at, "data")
    assert "awful" in classes(at)
    at.toggle(key="classes-open").set_value(True).run()
    assert checked(at).text_input(key="class-name-0").value == "awful"


def test_another_label_column_begins_anew(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("text,stars,mood\n" + "".join(f"meal {n},{n % 5 + 1},{'ab'[n % 2]}\n" for n in range(40)))
    at = opened("data")
    pills(at, "source-kind").set_value("file").run()
    at.text_input(key="file-path").set_value(str(path)).run()
    at.button(key="classes-ready-0").click().run()
    assert [*classes(at)] == ["negative", "neutral", "positive"]
    at.selectbox(key=f"label:file:{path}").set_value("mood").run()
    assert classes(at) == {}
    assert not cards(at, "sb-error")


def test_decimals_can_be_cut_into_classes(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("text,score\n" + "".join(f"It was meal {n},{1 + n / 100:.2f}\n" for n in range(400)))
    at = opened("data")
    pills(at, "source-kind").set_value("file").run()
    at.text_input(key="file-path").set_value(str(path)).run()
    (card,) = cards(checked(at), "sb-error")
    assert "decimal numbers" in card
    at.button(key="classes-ranges").click().run()
    ranges = draft(checked(at)).data.classes
    assert len(ranges) == 3
    assert (ranges[0].low, ranges[0].high, ranges[2].low) == (None, ranges[1].low, ranges[1].high)
    assert not cards(at, "sb-error")
    assert "How many of each" in words(at)
    at.toggle(key="classes-open").set_value(True).run()
    at.text_input(key="class-high-0").set_value("2").run()
    assert [each.low for each in draft(checked(at)).data.classes][1] == 2.0


def test_a_hundred_classes_are_drawn_a_few_at_a_time(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "topics.csv"
    path.write_text("text,topic\n" + "".join(f"It was meal {n},topic {n % 60}\n" for n in range(600)))
    at = opened("data")
    pills(at, "source-kind").set_value("file").run()
    at.text_input(key="file-path").set_value(str(path)).run()
    at.toggle(key="classes-open").set_value(True).run()
    assert len([each for each in at.text_input if str(each.key).startswith("class-name-")]) == 20
    at.toggle(key="classes-more").set_value(True).run()
    assert len([each for each in checked(at).text_input if str(each.key).startswith("class-name-")]) == 60


def test_rows_without_an_answer_are_asked_about_and_kept_with_a_click(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "moods.csv"
    moods = ["good", "bad"] * 12 + ["N/A", "-", "N/A", "N/A"]
    path.write_text("text,mood\n" + "".join(f"It was meal {n} of them,{mood}\n" for n, mood in enumerate(moods)))
    at = opened("data")
    pills(at, "source-kind").set_value("file").run()
    at.text_input(key="file-path").set_value(str(path)).run()
    said = "N/A, -: 4 rows left out as no answer."
    assert said in words(checked(at))
    assert "say that there is no answer" not in words(at), "said once"
    at.button(key="classes-no-answer").click().run()
    assert classes(at) == {"bad": ["bad"], "good": ["good"], "N/A": ["N/A", "-"]}
    assert said not in words(at)
    assert not [each for each in at.button if each.key == "classes-no-answer"]
