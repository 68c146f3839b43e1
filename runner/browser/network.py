"""Network rules: a browser that can reach nothing but certain hosts, or servers on this machine."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkRules:
    """Which hosts lead where; every other host does not exist for the browser.

    `hosts`: pairs of a host pattern ("*.docomo.example") and where it leads ("127.0.0.1:8443").
    The first pattern that fits counts. `pin`: see `pin_of`; the one key that is trusted although
    no authority signed its certificate. `direct`: patterns of hosts that are reached as usual.
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


def pin_of(certificate_pem: bytes) -> str:
    """The pin of a certificate's key: base64 of the SHA-256 of its public key (RFC 7469)."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_pem_x509_certificate(certificate_pem).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()
