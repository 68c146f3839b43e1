import pytest

from runner.notify.mask import masker
from runner.values.secret import Secret


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("mailtos://me:pa55%20w0rd@mail.example.com:587?to=you@example.org", "pa55 w0rd"),
        ("mailtos://me:pa55%20w0rd@mail.example.com:587?to=you@example.org", "you@example.org"),
        ("mailto://owner:1234@mail.example.com", "1234"),
        ("mailto://owner:p@ss:word@mail.example.com", "p@ss:word"),
        ("tgram://123456789:AAE-token_x/987654321", "AAE-token_x"),
        ("tgram://123456789:AAE-token_x/987654321", "123456789:AAE-token_x"),
        ("tgram://123456789:AAE-token_x/987654321", "987654321"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "JHMHI8qBe7bk2ZwO5U711o3dV_js"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "4174216298"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alarm", "A1BRTD4JD"),
        ("jsons://example.com/hook?+X-Key=k%26key77", "k&key77"),
    ],
)
def test_no_part_of_an_address_is_told(address: str, hidden: str) -> None:
    said = masker(Secret(address)).mask(f"could not post to {address}, that is {hidden} there")

    assert hidden not in said
    assert said.startswith("could not post to ")
    assert said.endswith(" there")


def test_figures_that_are_no_secret_stay() -> None:
    redactor = masker(Secret("json://owner:hush-hush@127.0.0.1:8025/hook"))

    assert redactor.mask("error 500 on port 8025") == "error 500 on port 8025"
