"""What differs between the sites that run on SoftBank's engine."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Brand:
    """Names and addresses. `top`, `bill` and `signin` have no slash at their end."""

    site: str
    company: str
    top_title: str
    login_title: str
    colour: str
    top: str
    signin: str
    data: str
    bill: str
    token: str
    links: tuple[str, str, str]
    """The codes of the deep links: to the top, to the data page, to the bills."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host, each once."""
        urls = (self.top, self.signin, self.data, self.bill)
        return tuple(dict.fromkeys(host_of(url) for url in urls))

    def owns(self, url: str) -> bool:
        """Whether the sign-in leads back to this address."""
        return url.startswith((f"{self.top}/", f"{self.bill}/"))


def host_of(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).hostname or ""


def path_of(url: str) -> str:
    """The path of an address."""
    return urlsplit(url).path
