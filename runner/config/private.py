"""What of config.yaml is never shown, not even in the line of a mistake."""

from __future__ import annotations

from typing import Any

from runner.config.references import is_reference
from runner.flow.source import Source


def hide_secrets(source: Source) -> None:
    """Hide whatever stands where a secret belongs and is not a mere reference to one."""
    data = source.data if isinstance(source.data, dict) else {}
    for name, account in _items(data.get("accounts")):
        path: tuple[str | int, ...] = ("accounts", name)
        _hide(source, path, account)
        for key, value in _items(_get(account, "credentials")):
            _hide(source, (*path, "credentials", key), value)
        _hide_codes(source, path, account)
    _hide_codes(source, ("defaults",), data.get("defaults"))
    for name, target in _items(_get(data.get("notify"), "targets")):
        _hide(source, ("notify", "targets", name, "url"), _get(target, "url"))
        _hide(source, ("notify", "targets", name), target)


def _hide_codes(source: Source, path: tuple[str | int, ...], settings: Any) -> None:
    codes = _get(settings, "codes")
    for number, code in enumerate(codes if isinstance(codes, list) else ()):
        _hide(source, (*path, "codes", number, "totp"), _get(code, "totp"))
        _hide(source, (*path, "codes", number), code)


def _hide(source: Source, path: tuple[str | int, ...], value: Any) -> None:
    """Hide a value that is a text or number, and no reference."""
    if isinstance(value, str | int | float) and not is_reference(value):
        source.hide(path)


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None
