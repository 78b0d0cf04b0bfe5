"""The newcomer: opens Starboard, clicks three times, has a trained model and its opinion of a review.

What happens outside the page on the way is looked at here too: the tab's title, and word of the end.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from core.home import preferences
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard
from tests.browser.steps import until

pytestmark = pytest.mark.browser
# A browser's notifications, kept where the test can read them; the tab acts as if it were in the background.
NOTIFICATIONS = """
window.shown = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) { window.shown.push([title, options.body]); }
};
Object.defineProperty(document, "hidden", { get: () => true });
"""


def click_train(tab: Page) -> None:
    """The first click."""
    tab.locator(".st-key-train button").click()


def click_predict(tab: Page) -> None:
    """The second click, once there is a model."""
    tab.locator(".st-key-card-status a").click(timeout=600_000)
    expect(tab.locator(".sb-heading h1")).to_have_text("Predict")
    wait_idle(tab)


def click_example(tab: Page) -> str:
    """The third click: the stars of an example, in words."""
    tab.locator(".st-key-example button").first.click()
    verdict = tab.locator(".sb-verdict")
    expect(verdict).to_contain_text("expected", timeout=60_000)
    return verdict.inner_text()


def test_three_clicks_lead_to_a_model_and_a_prediction(browser: Browser, dashboard: Dashboard, store: Store) -> None:
    preferences.save(Home.present(), notify=True)
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.add_init_script(NOTIFICATIONS)
        tab = context.new_page()
        tab.goto(dashboard.url)
        expect(tab.locator(".st-key-card-tour")).to_contain_text("Reviews are there already")
        wait_idle(tab)
        click_train(tab)
        (run,) = until(store.runs)
        until(lambda: store.get(run.id).step >= 5)
        expect(tab).to_have_title(re.compile(r"^\d+ % · Train · Starboard$"))
        expect(tab.locator(".st-key-sb-strip .sb-spark")).to_be_visible()
        click_predict(tab)
        assert store.get(run.id).status is Status.FINISHED
        expect(tab).to_have_title("Predict · Starboard")
        if store.get(run.id).seconds >= 30:
            ((title, words),) = tab.evaluate("() => window.shown")
            assert title == run.name
            assert words.startswith(f"Finished {store.get(run.id).step} steps")
        found = re.search(r"([\d.]+)\sstars? expected", click_example(tab))
        assert found
        assert float(found[1]) > 3.5, "the first example is a kind one"
