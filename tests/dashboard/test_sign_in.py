"""A person signs in with a real browser: on a desk and on a phone, by day and by night."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.visitor import PASSWORD, Scheme, Served, window

pytestmark = [pytest.mark.browser, pytest.mark.by_hand]


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_by_password_and_out_again(
    browser: Browser, served: Served, size: str, scheme: Scheme
) -> None:
    with window(browser, served, signed_in=False, size=size, scheme=scheme) as seen:
        page = seen.page
        page.goto(served.path("/?q=phone"))
        box = page.get_by_label("Password")
        expect(box).to_be_focused()
        assert seen.walls() == []
        assert not seen.too_wide()
        box.fill("wrong horse")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("not the password")
        assert seen.walls() == []
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(served.path("/?q=phone"))
        expect(page.get_by_role("navigation").first.get_by_role("link").first).to_be_visible()
        assert page.evaluate("document.cookie") == ""  # no script sees the session
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Password")).to_be_visible()  # nothing is shown out of a store
        assert [one for one in seen.complaints if "401" not in one] == []


def test_by_link_without_script(browser: Browser, served: Served) -> None:
    from runner.web.links import Links, key_for
    from runner.web.login import sign_in_link
    from tests.dashboard.showcase import NOW
    from tests.web.desks import KEY

    links = Links(key_for("sign-in link", KEY), lambda: NOW)
    link = sign_in_link(links, served.door.password.fingerprint(), served.address, NOW)
    with window(browser, served, signed_in=False, script=False) as seen:
        seen.page.goto(link)
        seen.page.get_by_role("button", name="Sign in").click()
        expect(seen.page).to_have_url(served.path("/"))
        expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
    with window(browser, served, signed_in=False) as seen:
        seen.page.goto(link)
        expect(seen.page.get_by_role("heading")).to_contain_text("signs nobody in any more")
        assert seen.walls() == []


@pytest.mark.nightly
def test_what_gets_into_a_page_does_not_run_there(browser: Browser, served: Served) -> None:
    """Even if some page forgot to escape what a portal has written."""
    with window(browser, served) as seen:
        seen.page.goto(served.path("/"))
        for html in (
            "<img src=/static/nowhere.png onerror='window.ran = 1'>",
            "<div hx-on:click='window.ran = 1' id=bait style='position:fixed;inset:0'>bait</div>",
            "<a id=link href='javascript:window.ran=1'>link</a>",
        ):
            seen.page.evaluate(
                "html => { document.body.insertAdjacentHTML('beforeend', html);"
                " htmx.process(document.body); }", html
            )  # fmt: skip
        seen.page.evaluate(
            "() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1';"
            " document.body.append(made); }"
        )
        for name in ("#bait", "#link"):
            seen.page.evaluate("name => document.querySelector(name).click()", name)
        seen.page.wait_for_timeout(300)  # time to run, if it could
        assert seen.page.evaluate("window.ran") is None
        assert seen.page.url == served.path("/")
        refused = [one for one in seen.complaints if "Content Security Policy" in one]
        assert len(refused) >= 3, seen.complaints
