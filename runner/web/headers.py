"""Headers that tell the browser to trust nothing but our own files. They stand on every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none, browsers say `Origin: null` of our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex, nofollow",
}


def content_policy(sockets: str) -> str:
    """The content security policy: own files only, and the live page's socket at `sockets`."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            # Older Safari does not count a socket of the same host as 'self'.
            f"connect-src 'self' {sockets}",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


class SecurityHeaders:
    """Adds the headers. `base` is the address under which the owner's browser finds us."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app = app
        scheme, _, rest = base.partition("://")
        secure = scheme == "https"
        sockets = f"{'wss' if secure else 'ws'}://{rest.partition('/')[0]}"
        found = {**_HEADERS, "content-security-policy": content_policy(sockets)}
        if secure:
            found["strict-transport-security"] = "max-age=31536000"
        self._headers = [(name.encode(), value.encode()) for name, value in found.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with headers added to the beginning of the answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                message["headers"] = given + self._headers
                if not any(name == b"cache-control" for name, _ in given):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, add)
