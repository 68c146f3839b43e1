"""Secrets don't show, and what is masked stays masked in every form."""

import base64
import copy
import gc
import html
import json
import pickle
import re
import threading
import time
import traceback
import urllib.parse
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.values.errors import Unreadable
from runner.values.read import to_json
from runner.values.secret import MASK, Redactor, Secret

CANARY = "c4n&ry/\"p@ss wörd'+日本"


@dataclass
class Holder:
    name: str
    password: Secret


def test_a_secret_shows_only_when_revealed() -> None:
    secret = Secret(CANARY)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", "%s" % secret]  # noqa: UP031  on purpose
    shown += [
        repr([secret]),
        repr(Holder("a", secret)),
        str({"password": secret}),
        repr(vars(Holder("a", secret))),
    ]
    assert not [text for text in shown if "c4n" in text]
    assert secret.reveal() == CANARY
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("act", [pickle.dumps, json.dumps, to_json, vars, hash, list, len])
def test_a_secret_goes_nowhere(act) -> None:  # type: ignore[no-untyped-def]  # any of these functions
    for value in (Secret(CANARY), Holder("a", Secret(CANARY))):
        if act in (vars, hash, list, len) and isinstance(value, Holder):
            continue
        with pytest.raises(TypeError) as caught:
            act(value)
        assert "c4n" not in "".join(traceback.format_exception(caught.value))


def test_a_traceback_with_locals_shows_no_secret() -> None:
    def fails(password: Secret) -> None:
        raise RuntimeError(f"no {password}")

    try:
        fails(Secret(CANARY))
    except RuntimeError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert "c4n" not in "".join(shown.format())


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret(CANARY) == Secret(CANARY)
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert copy.deepcopy(Secret(CANARY)) == Secret(CANARY)
    assert not Secret("")


def _written(secret: str) -> list[str]:
    raw = secret.encode()
    inside = f"user:{secret}"
    return [
        secret,
        urllib.parse.quote(secret),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        urllib.parse.urlencode({"q": secret}),
        urllib.parse.quote(secret, safe="").lower() if secret.islower() else secret,
        html.escape(secret),
        html.escape(secret, quote=False),
        json.dumps(secret),
        json.dumps({"a": secret}, ensure_ascii=False),
        repr({"a": secret}),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(inside.encode()).decode(),
    ]


LONG_ONES = st.text(st.characters(codec="utf-8"), min_size=12, max_size=40).filter(
    lambda text: len(text.encode()) >= 12 and len(set(text)) > 6
)


@given(LONG_ONES)
def test_every_form_is_masked(secret: str) -> None:
    redactor = Redactor()
    redactor.add(Secret(secret))
    for form in _written(secret):
        masked = redactor.mask(f"before {form} after")
        assert MASK in masked
        assert secret not in masked
        assert masked.startswith("before ")
        assert masked.endswith(" after")
        data = redactor.mask_bytes(f"before {form} after".encode())
        assert MASK.encode() in data
        assert secret.encode() not in data


def test_short_secrets_are_masked_only_alone() -> None:
    redactor = Redactor()
    for secret in ("12", "1234", "abc"):
        redactor.add(secret)
    assert redactor.mask("12 1234 12345 x1234 (1234) 1234円 abc abcd _abc") == (
        f"12 {MASK} 12345 x1234 ({MASK}) 1234円 {MASK} abcd _{MASK}"
    )
    assert redactor.mask_bytes("1234 12345 é1234".encode()) == f"{MASK} 12345 é1234".encode()


def test_the_longer_secret_wins() -> None:
    redactor = Redactor()
    redactor.add("password")
    redactor.add("password-and-more")
    assert redactor.mask("password-and-more password") == f"{MASK} {MASK}"


def test_nothing_known_changes_nothing() -> None:
    redactor = Redactor()
    redactor.add("")
    assert redactor.mask("") == ""
    assert redactor.mask("text") == "text"
    assert redactor.mask_bytes(b"\xff\x00") == b"\xff\x00"


def test_many_secrets_and_a_long_text_are_fast() -> None:
    redactor = Redactor()
    secrets = [f"token-{number:06}-{number * 7919 % 999_983}" for number in range(300)]
    for secret in secrets:
        redactor.add(secret)
    redactor.mask("")  # compiles
    text = ("<p>a page with nothing in it</p>\n" * 30_000) + secrets[-1]
    started = time.process_time()
    masked = redactor.mask(text)
    assert masked.endswith(MASK)
    assert time.process_time() - started < 5


def test_the_secrets_of_one_run_are_masked_in_the_next_and_forgotten_then() -> None:
    redactor = Redactor()
    for number in range(5):
        redactor.begin_anew()
        redactor.add(f"secret-of-run-{number}")
        masked = redactor.mask(" ".join(f"secret-of-run-{one}" for one in range(5)))
        kept = {f"secret-of-run-{one}" for one in (number, number - 1)}
        assert set(masked.split()) & {f"secret-of-run-{one}" for one in range(5)} == (
            {f"secret-of-run-{one}" for one in range(5)} - kept
        )


def test_python_keeps_no_pattern_of_secrets() -> None:
    """`re` keeps the last 512 patterns that it has compiled, and what stands in them."""
    redactor = Redactor()
    for number in range(3):
        redactor.begin_anew()
        for secret in (f"{number}§q", f"{number}§long"):
            redactor.add(secret)
        assert redactor.mask(f"{number}§q {number}§long") == f"{MASK} {MASK}"
        assert redactor.mask_bytes(f"{number}§q".encode()) == MASK.encode()
    patterns = [str(one.pattern) for one in gc.get_objects() if isinstance(one, re.Pattern)]
    assert patterns
    assert not [one for one in patterns if "§" in one]


@pytest.mark.parametrize("around", ["\xff{}\x80", "\x00{}", "PNG\xe3\x81{}\xe6"])
def test_bytes_that_are_no_text_stay_as_they_are(around: str) -> None:
    redactor = Redactor()
    for secret in ("s3cret-日本", "1234"):
        redactor.add(secret)
    before, after = (part.encode("latin-1") for part in around.split("{}"))
    masked = redactor.mask_bytes(before + "s3cret-日本 1234!".encode() + after)
    assert masked == before + f"{MASK} {MASK}!".encode() + after


def test_threads_add_and_mask_together() -> None:
    redactor, leaks = Redactor(), []

    def work(name: str) -> None:
        for number in range(30):
            secret = f"{name}-secret-{number}"
            redactor.add(secret)
            if secret in redactor.mask(f"x {secret} y"):
                leaks.append(secret)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert leaks == []


def test_an_error_of_reading_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(Unreadable("money", "x" * 200, "no number")))  # noqa: S301  our own bytes
    assert (error.kind, error.text, error.reason) == ("money", "x" * 200, "no number")
    assert len(str(error)) < 140
