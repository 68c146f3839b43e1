"""What of config.yaml is never shown, not even in the line of a mistake."""

from __future__ import annotations

from typing import Any

from runner.config.references import NotAReference, Reference
from runner.flow.private import secretive
from runner.flow.source import Source

Path = tuple[str | int, ...]
_HARMLESS = {
    "mail": ("server", "user", "security", "folder", "from", "subject"),
    "webhook": ("listen", "from"),
}
"""Sources of codes, and their keys that name no secret. Misspelt ones may hold one."""
_MONITORING = {"mqtt": ("ca", "discovery_prefix", "topic"), "ping": ("every",)}
"""The same of what else is kept up to date."""
_CREDENTIALS = frozenset({"id", "phone", "phone_number", "email", "password", "pin"})
"""What credentials are usually called. Another name may be a secret that stands in the wrong place."""


def hide_secrets(source: Source) -> None:
    """Hide whatever stands where a secret belongs and is not a mere reference to one, and what looks
    like a secret wherever it stands."""
    data = source.data if isinstance(source.data, dict) else {}
    _hide_secretive(source, (), data)
    for name, account in _items(data.get("accounts")):
        path: Path = ("accounts", name)
        _hide_unless_map(source, path, account)
        _hide_unless_map(source, (*path, "credentials"), _get(account, "credentials"))
        for key, value in _items(_get(account, "credentials")):
            _hide(source, (*path, "credentials", key), value)
            if not source.repeats(key, _CREDENTIALS):
                source.hide_key((*path, "credentials", key))
        _hide_codes(source, path, account)
    _hide_codes(source, ("defaults",), data.get("defaults"))
    _hide(source, ("dashboard", "password"), _get(data.get("dashboard"), "password"))
    for name, target in _items(_get(data.get("notify"), "targets")):
        _hide_unless_map(source, ("notify", "targets", name), target)
        _hide(source, ("notify", "targets", name, "url"), _get(target, "url"))
    for name, harmless in _MONITORING.items():
        _hide_unless_map(source, (name,), data.get(name))
        for key, value in _items(data.get(name)):
            if key not in harmless:
                _hide(source, (name, key), value)


def _hide_codes(source: Source, path: Path, settings: Any) -> None:
    codes = _get(settings, "codes")
    if not isinstance(codes, list):
        _hide(source, (*path, "codes"), codes)
        return
    for number, code in enumerate(codes):
        _hide_unless_map(source, (*path, "codes", number), code)
        _hide(source, (*path, "codes", number, "totp"), _get(code, "totp"))
        _hide_arguments(source, (*path, "codes", number), code)
        for way, harmless in _HARMLESS.items():
            _hide_unless_map(source, (*path, "codes", number, way), _get(code, way))
            for key, value in _items(_get(code, way)):
                if key not in harmless:
                    _hide(source, (*path, "codes", number, way, key), value)


def _hide(source: Source, path: Path, value: Any) -> None:
    """Hide a value unless it is a reference. Of a command, the program is shown."""
    if value is None:
        return
    if not _is_reference(value):
        source.hide(path)
    else:
        _hide_arguments(source, path, value)


def _hide_arguments(source: Source, path: Path, value: Any) -> None:
    """Of a command, the program alone is shown."""
    words = _get(value, "command")
    for number in range(1, len(words) if isinstance(words, list) else 0):
        source.hide((*path, "command", number))


def _hide_secretive(source: Source, path: Path, value: Any) -> None:
    """Hide what looks like a secret, references excepted."""
    if isinstance(value, dict):
        for key, one in value.items():
            _hide_secretive(source, (*path, key), one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _hide_secretive(source, (*path, number), one)
    elif next(secretive(str(value)), None) is not None and not _is_reference(value):
        source.hide(path)


def _is_reference(value: Any) -> bool:
    try:
        Reference.parse(value)
    except NotAReference:
        return False
    return True


def _hide_unless_map(source: Source, path: Path, value: Any) -> None:
    if value is not None and not isinstance(value, dict):
        source.hide(path)


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None
