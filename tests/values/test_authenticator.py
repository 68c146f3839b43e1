"""Authenticators: every way in which sites write their secrets, and the codes that follow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from runner.values.authenticator import Authenticator

RFC = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"
"""The key of RFC 6238, appendix B: 12345678901234567890."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert Authenticator.parse(RFC).code(moment) == code[2:]
    address = f"otpauth://totp/Site:me?secret={RFC.replace(' ', '').upper()}&digits=8&issuer=Site"
    assert Authenticator.parse(address).code(moment) == code


@pytest.mark.parametrize(("algorithm", "code"), [("SHA256", "46119246"), ("sha-512", "90693936")])
def test_the_other_algorithms(algorithm: str, code: str) -> None:
    """The standard's keys of 32 and 64 bytes."""
    secret = {
        "SHA256": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
        "sha-512": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "GEZDGNBVGY3TQOJQGEZDGNA",
    }[algorithm]
    address = f"otpauth://totp/x?secret={secret}&digits=8&algorithm={algorithm}"
    assert Authenticator.parse(address).code(datetime.fromtimestamp(59, UTC)) == code


@pytest.mark.parametrize(
    "text",
    ["JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp", "JBSW-Y3DP-EHPK-3PXP", " JBSWY3DPEHPK3PXP==\n"],
)
def test_however_the_site_writes_it(text: str) -> None:
    assert Authenticator.parse(text) == Authenticator(b"Hello!\xde\xad\xbe\xef")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("JBSWY3DP0HPK1PXP", "2 signs can't be in one, the first at place 9"),
        ("JBSWY3DPE", "a piece is missing"),
        ("otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1", "no totp"),
        ("otpauth://totp/x?issuer=Site", "no `secret=`"),
        ("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&algorithm=MD5", "none of SHA1"),
        ("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=4", "6 to 8"),
        ("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=0", "period"),
        ("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=x", "no number"),
    ],
)
def test_a_wrong_one_is_told_and_not_shown(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as raised:
        Authenticator.parse(text)
    assert "JBSW" not in str(raised.value)


def test_it_is_not_shown() -> None:
    assert "Hello" not in repr(Authenticator.parse("JBSWY3DPEHPK3PXP"))


def test_how_long_a_code_lives_on() -> None:
    app = Authenticator.parse("JBSWY3DPEHPK3PXP")
    assert app.seconds_left(datetime.fromtimestamp(1_000_000_010, UTC)) == 10
