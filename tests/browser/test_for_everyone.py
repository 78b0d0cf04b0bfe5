"""For everyone: no accessibility finding, no sideways scrolling, the keyboard alone, Japanese from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has none
from playwright.sync_api import Browser, Page, expect

from core.config import parse
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from core.work import execution
from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard
from tests.browser.steps import PATIENCE_SECONDS, PLOT, opened, type_settings, until

pytestmark = pytest.mark.browser
ROOMS = ("", "train", "results", "predict")
EVERY_PAGE = ("", "data", "results", "predict", "settings")
MOST_TABS = 120
PICTURE = f"{PLOT}[data-points]"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Dashboard]:
    """A dashboard with one finished run."""
    home = tmp_path_factory.mktemp("used")
    config = parse(
        {
            "name": "tiny",
            "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
            "model": {"name": str(tiny_model)},
            "training": {"num_train_epochs": 1},
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARBOARD_HOME", str(home))
        store = Store(Home.present())
        run = execution.execute(store, store.create(config, claimed=True))
    assert run.status is Status.FINISHED
    with Dashboard(env={"STARBOARD_HOME": str(home)}, log=home / "server.log") as server:
        yield server


def findings(tab: Page) -> list[str]:
    """What axe-core finds to be serious or critical, with the markup it means."""
    violations = Axe().run(tab).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:200]}"
        for each in violations
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def drawn(tab: Page, page: str) -> None:
    """Wait for the parts of a page that come last."""
    wait_idle(tab)
    if page in {"", "results"}:
        tab.locator(PICTURE).wait_for()
    if page == "predict":
        tab.locator(".st-key-review textarea").fill("Cold soup, kind staff.")
        tab.locator(".st-key-rate button").click()
        tab.locator(".sb-verdict").wait_for()
        tab.mouse.move(0, 0)
    if page == "":
        tab.get_by_text("All settings").click()
        tab.get_by_text("Show the code").click()
        tab.locator(".st-key-card-code-train").wait_for()
    wait_idle(tab)
    # A control that has just moved has colours in between.
    tab.wait_for_timeout(600)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_serious_on_any_page(browser: Browser, used: Dashboard, scheme: str, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        tab = context.new_page()
        for page in EVERY_PAGE:
            tab.goto(f"{used.url}/{page}")
            drawn(tab, page)
            assert findings(tab) == [], page or "train"
            beyond = tab.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            assert beyond <= 0, f"{page or 'train'} scrolls sideways at {width} pixels"


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing_serious_in_the_gallery(tab: Page, gallery: Dashboard, room: str) -> None:
    tab.goto(f"{gallery.url}/{room}")
    wait_idle(tab)
    tab.wait_for_timeout(600)
    assert findings(tab) == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"the Tab key never reaches {selector}")


def test_the_main_path_with_the_keyboard_alone(tab: Page, dashboard: Dashboard, store: Store, tiny_model: Path) -> None:
    opened(tab, dashboard)
    keys = tab.keyboard
    tab_to(tab, ".st-key-set-data-train_size input[type=range]")
    keys.press("Home")
    tab_to(tab, ".st-key-set-training-num_train_epochs input[type=range]")
    keys.press("Home")
    wait_idle(tab)
    tab_to(tab, "summary")
    keys.press("Enter")
    tab.locator(".st-key-set-model-name input").wait_for()
    wait_idle(tab)
    tab_to(tab, ".st-key-set-model-name input")
    keys.press("Control+A")
    keys.type(str(tiny_model))
    keys.press("Enter")
    tab.wait_for_timeout(400)
    wait_idle(tab)
    keys.press("Control+Enter")
    (run,) = until(store.runs)
    assert run.config.model.name == str(tiny_model)
    until(lambda: store.get(run.id).status is Status.FINISHED)
    expect(tab.locator(".st-key-card-status a")).to_be_visible()
    tab_to(tab, ".st-key-card-status a")
    keys.press("Enter")
    expect(tab.locator(".sb-heading h1")).to_have_text("Predict")
    wait_idle(tab)
    tab_to(tab, ".st-key-review textarea")
    keys.type("Best meal of my life!")
    keys.press("Control+Enter")
    expect(tab.locator(".sb-verdict")).to_contain_text("expected", timeout=60_000)


def test_a_run_is_stopped_from_the_keyboard(tab: Page, dashboard: Dashboard, store: Store) -> None:
    opened(tab, dashboard)
    tab.keyboard.press("Control+Enter")
    (run,) = until(store.runs)
    tab.locator(".st-key-strip-stop button").wait_for()
    tab.keyboard.press("Control+Backspace")
    until(lambda: store.get(run.id).status is Status.STOPPED, PATIENCE_SECONDS)


JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


def test_the_main_path_in_japanese(
    browser: Browser, dashboard: Dashboard, store: Store, real_reviews: Path, tiny_model: Path
) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP") as context:
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        tab.goto(f"{dashboard.url}/data")
        expect(tab.locator(".sb-heading h1")).to_have_text("データ")
        expect(tab.locator("html")).to_have_attribute("lang", "ja")
        tab.get_by_text("手元のファイル").click()
        tab.locator(".st-key-upload input[type=file]").set_input_files(real_reviews)
        expect(tab.locator(".sb-metric").first).to_contain_text("1,610")
        wait_idle(tab)
        tab.locator(".st-key-sb-step-train a").click()
        expect(tab.locator(".sb-heading h1")).to_have_text("学習")
        wait_idle(tab)
        for setting in ("data-train_size", "training-num_train_epochs"):
            tab.locator(f".st-key-set-{setting} input[type=range]").focus()
            tab.keyboard.press("Home")
            tab.wait_for_timeout(400)
            wait_idle(tab)
        type_settings(tab, words="すべての設定", data__eval_size="64", model__name=str(tiny_model))
        expect(tab.locator(".st-key-train button")).to_contain_text("学習を開始")
        tab.locator(".st-key-train button").click()
        (run,) = until(store.runs)
        until(lambda: store.get(run.id).status is Status.FINISHED)
        expect(tab.locator(".st-key-card-status")).to_contain_text("ステップ")
        tab.locator(".st-key-card-status a").click()
        expect(tab.locator(".sb-heading h1")).to_have_text("予測")
        wait_idle(tab)
        tab.locator(".st-key-review textarea").fill("Terrible, never again.")
        tab.locator(".st-key-rate button").click()
        expect(tab.locator(".sb-verdict")).to_contain_text("星", timeout=60_000)
        tab.locator(".st-key-sb-step-results a").click()
        expect(tab.locator(".sb-heading h1")).to_have_text("結果")
        wait_idle(tab)
        for title in tab.locator(".sb-card-title h2").all_text_contents():
            assert JAPANESE.search(title) or title == run.name, title
