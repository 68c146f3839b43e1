"""The portals' certificate: made here, for their hosts, trusted by its public key alone.

A browser is told the key's pin, so that no authority has to be installed anywhere.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from runner.sandbox import store

LIFE = timedelta(days=365)
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the certificate is, and its pin: base64 of the SHA-256 of its public key."""

    chain: Path
    key: Path
    pin: str


def certificate(home: Path, hosts: tuple[str, ...], now: datetime) -> Certificate:
    """The certificate for these hosts; a new one if there is none, or it ends soon."""
    with store.locked(home, "tls"):
        folder = store.folder(home) / "tls"
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder / "about.json"
        try:
            known = json.loads(about.read_text())
            good = known["hosts"] == list(hosts) and (
                datetime.fromisoformat(known["until"]) - now > RENEW_BEFORE
            )
        except (OSError, ValueError, KeyError, TypeError):
            good = False
        if not good:
            known = _issue(folder, hosts, now)
            store.write(about, json.dumps(known).encode())
    return Certificate(folder / "chain.pem", folder / "key.pem", known["pin"])


def _issue(folder: Path, hosts: tuple[str, ...], now: datetime) -> dict[str, object]:
    import trustme
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    until = now + LIFE
    leaf = trustme.CA().issue_cert(*hosts, not_after=until)
    parts = [part.bytes() for part in leaf.cert_chain_pems]
    public = x509.load_pem_x509_certificate(parts[0]).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    store.write(folder / "chain.pem", b"".join(parts))
    store.write(folder / "key.pem", leaf.private_key_pem.bytes())
    pin = b64encode(sha256(spki).digest()).decode()
    return {"hosts": list(hosts), "until": until.isoformat(), "pin": pin}
