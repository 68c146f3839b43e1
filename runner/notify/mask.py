"""Keeps the address of a service, and every part of it, out of what is said about it."""

import re
from urllib.parse import parse_qsl, unquote

from runner.values.secret import Redactor, Secret


def masker(url: Secret) -> Redactor:
    """Return a redactor that knows the address, its user, password, tokens, host and values.

    Services put tokens anywhere in an address, the host included; so every part counts as secret.
    """
    address = url.reveal()
    redactor = Redactor()
    for part in _parts(address):
        redactor.add(part)
    return redactor


def _parts(address: str) -> set[str]:
    _, _, rest = address.partition("://")
    place, _, query = rest.partition("?")
    user_info, _, service = place.rpartition("@")
    user, _, password = user_info.partition(":")
    # Masking the port would hide harmless figures elsewhere and protect nothing.
    service = re.sub(r"^([^/]*):\d+", r"\1", service)
    values = [value for _, value in parse_qsl(query)]
    pieces = [
        piece
        for text in (user_info, service, *values)
        for piece in re.split(r"[/?&=@:,;#+<>\s]+", text)
    ]
    found = {address, rest, place, user_info, user, password, service, *values, *pieces}
    return {text for part in found for text in (part, unquote(part)) if text}
