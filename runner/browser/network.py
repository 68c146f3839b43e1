"""Network rules: a browser that can reach nothing but certain hosts, or servers on this machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkRules:
    """Which hosts lead where; every other host does not exist for the browser.

    `hosts`: pairs of a host pattern ("*.docomo.example") and where it leads ("127.0.0.1:8443").
    The first pattern that fits counts. `pin`: the one key that is trusted although no authority
    signed its certificate, as base64 of the SHA-256 of its public key (RFC 7469). `direct`:
    patterns of hosts that are reached as usual.
    """

    hosts: tuple[tuple[str, str], ...]
    pin: str | None = None
    direct: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """What Chromium is started with.

        A proxy or QUIC or a peer connection would go around the host rules, hence the rest.
        """
        rules = [f"MAP {pattern} {address}" for pattern, address in self.hosts]
        rules += [f"EXCLUDE {pattern}" for pattern in self.direct]
        arguments = [
            f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND'])}",
            "--proxy-server=direct://",
            "--disable-quic",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ]
        if self.pin:
            arguments.append(f"--ignore-certificate-errors-spki-list={self.pin}")
        return arguments
