"""Each kind of step does on a real page what its name says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from runner.page.acts.click import click_once
from runner.page.problems import Missing, NeedsOwner, Unexpected, Unread, WrongHost
from runner.values.data import DataVolume
from runner.values.money import Money
from tests.browser.processes import wait_until
from tests.page.conftest import Practice

FORM = """
<form method=post action=/done>
  <label>利用者 <input name=user></label> <input type=password name=pass id=pw>
  <select name=month id=month><option value=1>一月<option value=2>二月</select>
  <label><input type=checkbox name=agree value=yes> 同意する</label>
  <button>送信</button>
</form>
"""
NAMES = """
user: {label: 利用者}
password: {css: "#pw"}
month: {css: "#month"}
agree: {label: 同意する}
send: {role: button, name: 送信}
"""


def test_fill_select_check_click(practice: Practice) -> None:
    practice.site.pages |= {"/form": FORM, "/done": "<p id=end>受付</p>"}
    practice.flow(
        """
        read:
          - goto: https://practice.example.jp/form
          - fill: {user: "{{ account.id }}-{{ line.name }}", password: "{{ account.password }}"}
          - select: {month: 二月}
          - check: agree
          - click: send
          - wait_for: {visible: end}
        """,
        NAMES + "end: {css: '#end'}",
    )
    practice.play()
    path, form = practice.site.posts[-1]
    assert path == "/done"
    assert form == {"user": "taro-main", "pass": "hunter2-secret", "month": "2", "agree": "yes"}


MOVING = """<body><p id=above></p><script>
  onmousemove = () => {
    onmousemove = null;
    above.style.height = '200px';  // what was still missing has come, and all else moves down
    const end = performance.now() + 300;
    while (performance.now() < end);
  };
  const button = document.createElement('button');
  button.onclick = () => { document.title = 'clicked'; };
  setTimeout(() => document.body.append(button), 600);
</script>"""


def test_a_click_that_began_late_is_not_taken_for_made(practice: Practice) -> None:
    """Playwright keeps a click from the page where the button has moved away. One that is cut off before
    that is known is lost.
    """

    async def play() -> None:
        page = await practice.browser.new_page()
        await page.set_content(MOVING)
        await click_once(page.locator("button"), 800)
        await page.wait_for_function("document.title === 'clicked'", timeout=5_000)
        await page.close()

    practice.runner.run(play())


def test_an_argument_in_a_regular_expression_stands_for_itself(practice: Practice) -> None:
    practice.site.pages["/"] = """
      <label><input type=radio name=a value=1> 11GB(30日)</label>
      <label><input type=radio name=a value=2> 1GB(30日)x</label>
      <label><input type=radio name=a value=3> 1GB(30日) 税込</label>
      <p id=said></p><script>onchange = e => said.textContent = e.target.value</script>
    """
    practice.flow(
        """
        read:
          - goto: https://practice.example.jp/
          - check: offer('1GB(30日)')
          - extract: {chosen: {from: said, as: count}}
        """,
        """{offer(title): {label: '/^ *{{ title }}(?!x)/'}, said: {css: '#said'}}""",
    )
    assert practice.play()["chosen"] == 3


def test_press_and_hover(practice: Practice) -> None:
    practice.site.pages["/"] = """
      <form method=post action=/done><input name=q id=q></form>
      <div id=menu onmouseover="sub.hidden=false">メニュー</div><a id=sub hidden href=/sub>下</a>
    """
    practice.site.pages |= {"/done": "<p>結果</p>", "/sub": "<p>下の頁</p>"}
    practice.flow(
        """
        read:
          - hover: menu
          - wait_for: {visible: sub}
          - fill: {q: 七}
          - press: {key: Enter, on: q}
          - wait_for: {text: 結果}
        """,
        "{menu: {css: '#menu'}, sub: {css: '#sub'}, q: {css: '#q'}}",
    )
    practice.play()
    assert practice.site.posts[-1] == ("/done", {"q": "七"})


def test_values_are_read_with_their_types(practice: Practice) -> None:
    practice.site.pages["/"] = """
      <dl><dt>残高</dt><dd id=b data-limit="20GB">1,234円</dd></dl>
      <p id=until>2026年12月31日</p><input id=box value="3.25GB">
      <script id=data type=application/json>{"user": {"plan": "ミニ"}}</script>
      <script>window.chart = {months: [{gb: "1.5"}]}; fetch('/usage.json')</script>
    """
    practice.site.data["/usage.json"] = {"items": [{"left": 512}]}
    practice.flow(
        """
        read:
          - goto: https://practice.example.jp/
          - extract:
              balance: {from: balance, as: money}
              expires_on: {from: until, as: date}
              limit: {from: balance, attribute: data-limit, as: data}
              box: {from: box, as: data}
              plan: {from: inline, path: user.plan}
              gb: {page_data: window.chart, path: "months[0].gb", as: data, unit: GB}
              left: {response: usage.json, path: "items[0].left", as: data, unit: MB}
              year: {from: until, pattern: '/([0-9]{4})年/', as: count}
              gone: {from: nothing, as: money, optional: true}
              double: {value: "{{ balance }}"}
        """,
        """
        balance: {css: "#b"}
        until: {css: "#until"}
        box: {css: "#box"}
        inline: {css: "#data", hidden: true}
        nothing: {css: "#nothing"}
        """,
    )
    found = practice.play()
    assert found["balance"] == found["double"] == Money(Decimal(1234), "JPY")
    assert found["expires_on"] == date(2026, 12, 31)
    assert found["limit"] == DataVolume.parse("20 GB")
    assert found["box"] == DataVolume.parse("3.25 GB")
    assert found["gb"] == DataVolume.parse("1.5 GB")
    assert found["left"] == DataVolume.parse("512 MB")
    assert found["plan"] == "ミニ"
    assert found["year"] == 2026
    assert found["gone"] is None


def test_figures_that_come_late_are_waited_for(practice: Practice) -> None:
    practice.site.pages["/"] = """<p id=b>－</p>
      <script>setTimeout(() => b.textContent = '980円', 600)</script>"""
    practice.flow("read: [{extract: {balance: {from: b, as: money}}}]", "b: {css: '#b'}")
    assert practice.play()["balance"] == Money(Decimal(980), "JPY")


def test_a_text_that_is_no_amount_is_an_error_that_shows_it(practice: Practice) -> None:
    practice.site.pages["/"] = "<p id=b>準備中</p>"
    practice.flow("read: [{extract: {balance: {from: b, as: money}}}]", "b: {css: '#b'}")
    with pytest.raises(Unread, match="準備中"):
        practice.play()


TABLE = """
<table><tr><th>日付<th>内容<th>金額</tr>
<tr><td>2026年11月1日<td>1GB<td>550円</tr>
<tr><td>2026年11月9日<td>1GB<td>1,100円</tr></table>
"""


@pytest.mark.parametrize(
    "fields",
    [
        "{on: date, what: text, amount: money}",
        "{amount: {column: 金額, as: money}, on: {column: 日付, as: date}}",
        "{amount: {cell: 3, as: money}, on: {from: first_cell, as: date}}",
    ],
)
def test_rows_by_position_heading_and_selector(practice: Practice, fields: str) -> None:
    practice.site.pages["/"] = TABLE
    practice.flow(
        f"read: [{{extract_all: {{rows: rows, fields: {fields}, into: bills}}}}]",
        "{rows: {css: 'tr:has(td)', which: all}, first_cell: {css: td, which: first}}",
    )
    rows = practice.play()["bills"]
    assert [row["on"] for row in rows] == [date(2026, 11, 1), date(2026, 11, 9)]
    assert [str(row["amount"]) for row in rows] == ["550 JPY", "1100 JPY"]


def test_rows_of_json(practice: Practice) -> None:
    practice.site.pages["/"] = "<script>fetch('/orders.json')</script>"
    practice.site.data["/orders.json"] = {"rows": [{"day": "2026-11-01", "yen": "550"}]}
    practice.flow(
        """
        read:
          - goto: https://practice.example.jp/
          - extract_all:
              response: orders.json
              path: rows
              fields: {on: {path: day, as: date}, amount: {path: yen, as: money}}
        """
    )
    assert practice.play()["rows"][0]["amount"] == Money(Decimal(550), "JPY")


def test_frames_shadow_roots_tabs_dialogs(practice: Practice) -> None:
    practice.site.pages |= {
        "/": """<iframe id=f src=/inner></iframe><my-box></my-box>
          <a href=/tab target=_blank>明細</a>
          <button onclick="if (confirm('よろしいですか')) fetch('/yes', {method: 'POST'})">削除</button>
          <script>customElements.define('my-box', class extends HTMLElement {
            constructor() { super(); this.attachShadow({mode: 'open'}).innerHTML =
              '<p class=deep>影の中</p>' }})</script>""",
        "/inner": "<iframe id=g src=/innermost></iframe>",
        "/innermost": "<p id=x>枠の中</p>",
        "/tab": "<p id=t>別の頁</p>",
        "/yes": "",
    }
    practice.flow(
        """
        read:
          - extract: {frame: in_frame, shadow: in_shadow}
          - click: {on: bill, opens: tab}
          - extract: {tab: in_tab}
          - close_tab: latest
          - click: {on: remove, dialog: accept}
          - extract: {back: in_shadow}
        """,
        """
        in_frame: {css: "#x", frame: ["#f", "#g"]}
        in_shadow: {css: .deep}
        bill: {role: link, name: 明細}
        in_tab: {css: "#t"}
        remove: {role: button, name: 削除}
        """,
    )
    found = practice.play()
    assert found == {"frame": "枠の中", "shadow": "影の中", "tab": "別の頁", "back": "影の中"}
    assert wait_until(lambda: ("/yes", {}) in practice.site.posts)


def test_download_and_upload(practice: Practice) -> None:
    practice.site.pages["/"] = """<a href=/bill.pdf>領収書</a>
      <input type=file id=up onchange="said.textContent = up.files[0].name"><p id=said></p>"""
    practice.site.files["/bill.pdf"] = ("bill.pdf", b"%PDF-1.4 receipt")
    practice.flow(
        """
        read:
          - download: {click: bill, name: receipt}
          - upload: {up: flows/practice.yaml}
          - extract: {said: said}
        """,
        "{bill: {role: link, name: 領収書}, up: {css: '#up'}, said: {css: '#said'}}",
    )
    assert practice.play()["said"] == "practice.yaml"
    kept = practice.folder / "evidence/receipt.pdf"
    assert kept.read_bytes() == b"%PDF-1.4 receipt"
    assert kept.stat().st_mode & 0o077 == 0


def test_if_for_each_use_and_their_scopes(practice: Practice) -> None:
    practice.site.pages["/"] = "<ul><li>a<li>b</ul>" + "<button id=x>押す</button>"
    practice.site.pages |= {"/a": "<p>頁a</p>", "/b": "<p>頁b</p>"}
    practice.flow(
        """
        parts:
          open:
            - goto: "https://practice.example.jp/{{ page }}"
            - extract: {last: body}
        read:
          - extract_all: {rows: items, fields: {name: {from: itself}}, into: names}
          - if: {that: "names | length == 2", then: [{click: x}], else: [{click: body}]}
          - if: {page: {visible: nothing}, then: [{click: nothing}]}
          - for_each: {in: names, as: each, do: [{use: {part: open, with: {page: "{{ each.name }}"}}}]}
        """,
        """
        items: {css: li, which: all}
        itself: {css: ":scope"}
        x: {css: "#x"}
        body: {css: body}
        nothing: {css: "#nothing"}
        """,
    )
    found = practice.play()
    assert [row["name"] for row in found["names"]] == ["a", "b"]
    assert found["last"] == "頁b"
    assert practice.evidence is not None
    paths = [step.path for step in practice.evidence.steps]
    assert "read[3].for_each.do[1][0].use.parts.open[1]" in paths


def test_expect_ends_the_run_as_it_says(practice: Practice) -> None:
    practice.flow(
        """
        read:
          - expect: {text: 注文, within: 300 ms, else: needs_you, message: This is not the order page.}
        """
    )
    with pytest.raises(Unexpected, match="not the order page") as caught:
        practice.play()
    assert caught.value.ends_as() == "needs_you"


def test_call_plays_an_own_function(practice: Practice) -> None:
    practice.flow(
        "read: [{call: {function: title_of, with: {extra: '!'}, into: title}}]",
        practice="async def title_of(page, extra):\n    return await page.title() + extra\n",
    )
    assert practice.play()["title"] == "練習!"


def test_own_functions_are_those_that_were_read_with_the_flow(practice: Practice) -> None:
    practice.flow(
        "read: [{call: save_half}, {call: {function: title_of, into: title}}]",
        practice="async def save_half(page):\n    open(__file__, 'w').write('async def')\n\n"
        "async def title_of(page):\n    return await page.title()\n",
    )
    assert practice.play()["title"] == "練習"


def test_choose_plan_takes_the_named_offer_only(practice: Practice) -> None:
    practice.site.pages["/"] = """<table><form method=post>
      <tr><td>3GB追加<td>1,500円<td><button formaction=/big>選択</button></tr>
      <tr><td>１ＧＢ追加<td>550円<td><button formaction=/small>選択</button></tr>
    </form></table>"""
    practice.site.pages |= {"/big": "<p>選択済</p>", "/small": "<p>選択済</p>"}
    practice.flow(
        """
        read:
          - choose_plan: {rows: offers, fields: {name: text, price: money}, click: choose}
          - wait_for: {text: 選択済}
        """,
        "{offers: {css: tr, which: all}, choose: {role: button, name: 選択}}",
    )
    plan = {"name": "1GB", "title": "1GB追加", "price": Money.parse("550 JPY")}
    found = practice.play(more={"plan": plan})
    assert found["offer"]["price"] == Money.parse("550 JPY")
    assert [path for path, _ in practice.site.posts] == ["/small"]
    with pytest.raises(NeedsOwner, match="dearer"):
        practice.play(more={"plan": plan | {"price": Money.parse("500 JPY")}})
    with pytest.raises(NeedsOwner, match="in another currency"):
        practice.play(more={"plan": plan | {"price": Money.parse("550 USD")}})
    with pytest.raises(NeedsOwner, match="not on offer"):
        practice.play(more={"plan": plan | {"title": "5GB追加"}})
    assert [path for path, _ in practice.site.posts] == ["/small"]


@pytest.mark.nightly
def test_a_page_that_is_slow_to_come_does_not_pass_for_one_that_offers_nothing(
    practice: Practice,
) -> None:
    practice.site.pages["/"] = """<table id=t></table><script>setTimeout(() => {
      t.innerHTML = '<tr><td>1GB追加<td>550円</tr>'
    }, 2300)</script>"""
    practice.flow(
        "step_time: 20 seconds\nread: [{choose_plan: {rows: offers, fields: {name: text, price: money}}}]",
        "offers: {css: tr, which: all}",
    )
    plan = {"name": "1GB", "title": "1GB追加", "price": Money.parse("550 JPY")}
    assert practice.play(more={"plan": plan})["offer"]["name"] == "1GB追加"


def test_no_page_outside_the_hosts_is_opened(practice: Practice) -> None:
    practice.flow('read: [{goto: "https://{{ line.name }}.example.com/"}]')
    with pytest.raises(WrongHost):
        practice.play(more={"line": {"name": "evil"}})


def test_a_missing_target_names_itself_and_its_place(practice: Practice) -> None:
    practice.flow("step_time: 400 ms\nread: [{click: gone}]", "gone: {role: button, name: 無い}")
    with pytest.raises(Missing, match="`gone` was not there") as caught:
        practice.play()
    assert caught.value.step == "read[0]"
    assert caught.value.where is not None
    assert caught.value.where.startswith("practice.yaml:")
