"""Whatever a page shows, reading gives a value or says that it can't; and what is shown is read back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.values.context import ReadAs
from runner.values.data import DataVolume
from runner.values.errors import Unreadable
from runner.values.format import LANGUAGES, show
from runner.values.money import Money
from runner.values.plain import LONGEST
from runner.values.read import READERS, read, to_json

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))

LOCALES = ("ja-JP", "en-US", "en-GB", "en-IE", "de-DE", "fr-FR", "zh-CN", "es-ES", "pl-PL", "it-IT")
WORDS = """
0 1 2 9 12 31 99 550 1,234 1.234 2026 026 円 ¥ ￥ $ € £ p ¢ GB MB Go ギガ パケット / - – ～ ▲ △ ( ) （ ） : ： . ,
% あたり 税込 税抜 月 日 年 時 分 令和 午後 午前 まで から 明日 翌月末 毎月 残り あと 無制限 unlimited of used US
remaining Nov May every days day month AM pm Z +09:00 JST PST ² ① ½ ٣ − **** Kbps
"""
PIECES = st.sampled_from([*WORDS.split(), "\u2066", "\u2069", "\u202f", "\u3000", "\n", ""])
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=9).map(" ".join),
)


@settings(max_examples=600)
@given(
    st.sampled_from(sorted(READERS)),
    TEXTS,
    st.sampled_from((*LOCALES, "en", "xx", "zh-Hant-TW", "")),
)
def test_any_text_is_a_value_or_unreadable(kind: str, text: str, locale: str) -> None:
    try:
        found = to_json(read(kind, text, ReadAs(NOW, locale)))
    except Unreadable as error:
        found = error.reason
        assert error.kind == kind  # noqa: PT017  both ways of ending are right
    assert found or kind in ("text", "count")


@pytest.mark.parametrize("kind", sorted(set(READERS) - {"text"}))
@pytest.mark.parametrize("sign", ["1", "1,", "1 ", "円", "(", "毎", "2026/1/1 ", "1GB", "a1"])
def test_a_long_text_is_refused_at_once(kind: str, sign: str) -> None:
    for length in (LONGEST, 1_000_000):
        with pytest.raises(Unreadable):
            read(kind, (sign * length)[:length], ReadAs(NOW, "ja-JP"))


@given(
    st.sampled_from(("JPY", "USD", "EUR", "GBP", "CNY")),
    st.integers(-10_000_000, 10_000_000),
    st.sampled_from(LOCALES),
)
def test_money_of_other_peoples_formats_is_read_back(
    currency: str, units: int, locale: str
) -> None:
    amount = Decimal(units) if currency == "JPY" else Decimal(units).scaleb(-2)
    text = format_currency(amount, currency, locale=locale.replace("-", "_"))
    assert read("money", text, ReadAs(NOW, locale, currency)) == Money(amount, currency)


@given(
    st.integers(-10_000_000, 10_000_000),
    st.sampled_from(("JPY", "USD", "EUR", "GBP", "CNY")),
    st.sampled_from(LANGUAGES),
)
def test_money_as_we_show_it_is_read_back(units: int, currency: str, language: str) -> None:
    money = Money(Decimal(units) if currency == "JPY" else Decimal(units).scaleb(-2), currency)
    assert read("money", show(money, language), ReadAs(NOW, language, currency)) == money


@given(
    st.dates(date(1990, 1, 1), date(2199, 12, 31)),
    st.sampled_from(LOCALES),
    st.sampled_from(("long", "medium")),
)
def test_dates_are_read_back(day: date, locale: str, width: str) -> None:
    text = format_date(day, width, locale=locale.replace("-", "_"))
    assert read("date", text, ReadAs(NOW, locale)) == day


@given(st.dates(NOW.date() - timedelta(days=150), NOW.date() + timedelta(days=150)))
def test_a_date_without_its_year_is_the_nearest(day: date) -> None:
    assert read("date", f"{day.month}月{day.day}日", ReadAs(NOW, "ja-JP")) == day
    assert read("date", f"{day.month}/{day.day}", ReadAs(NOW, "en-US")) == day


@given(
    st.integers(0, 200_000), st.sampled_from(("KB", "MB", "GB", "TB")), st.sampled_from(LANGUAGES)
)
def test_data_is_read_back(hundredths: int, unit: str, language: str) -> None:
    volume = DataVolume.of(Decimal(hundredths) / 100, unit)
    amount, shown_unit = volume.in_units()
    rounded = DataVolume.of(amount, shown_unit)
    assert read("data", show(volume, language), ReadAs(NOW, language)) == rounded
    assert DataVolume.parse(str(volume)) == rounded


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
    )
)
def test_canonical_money_is_exact(amount: Decimal) -> None:
    money = Money(amount, "EUR")
    assert Money.parse(str(money)) == money
    assert to_json(money) == {"amount": f"{amount:f}", "currency": "EUR"}
