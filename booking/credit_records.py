"""
A decided case as the district's credit base takes it: one line of canonical JSON, signed.

docs/operating/credit.md says the same for those who read the lines. No phone, no name and no
identity number of the person is in it: `receipt` leads to them in the department's own system.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from booking.commitments import Commitment

FORMAT = "xiaofu-credit-record/1"
LAW = "深圳经济特区社会信用条例"
ARTICLES = ("57", "61", "64")


class Signer:
    """Signs records with Ed25519. seed: 32 bytes; the same seed is the same key."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.public = base64.b64encode(public).decode()
        self.key_id = hashlib.sha256(public).hexdigest()[:16]

    def sign(self, text: bytes) -> str:
        return base64.b64encode(self._private.sign(text)).decode()


def record(case: Commitment, signer: Signer) -> str:
    """
    The line for an upheld case, without a line end; the same case gives the same bytes.

    Raises StopIteration for a case that was not decided: the caller looks first.
    """
    accepted, reported = case.last("accepted"), case.last("reported")
    notified, upheld = case.last("notified"), case.last("upheld")
    said: dict[str, Any] = {
        "format": FORMAT,
        "id": case.code,
        "law": {"name": LAW, "articles": list(ARTICLES)},
        "matter": {"id": case.matter_id, "name": case.matter_name},
        "receipt": reported.said["receipt"],
        "accepted": {"at": accepted.at.isoformat(), "notice_sha256": accepted.said["digest"]},
        "reported": {
            "at": reported.at.isoformat(),
            "by": reported.by,
            "untrue": reported.said["untrue"],
            "evidence": reported.said["evidence"],
        },
        "notified": {
            "at": notified.at.isoformat(),
            "by": notified.by,
            "told": notified.said["told"],
            "mend_by": notified.said["mend_by"],
        },
        "objected": None,
        "decided": {
            "at": upheld.at.isoformat(),
            "by": upheld.by,
            "result": "upheld",
            "reason": upheld.said["reason"],
        },
    }
    if case.went("objected"):
        objected = case.last("objected")
        said["objected"] = {
            "at": objected.at.isoformat(),
            "objection": objected.said["objection"],
        }
    signature = {"algorithm": "Ed25519", "key": signer.key_id, "value": signer.sign(_bytes(said))}
    return _bytes(said | {"signature": signature}).decode()


def verify(line: str, public: str) -> bool:
    """Whether the line was signed with the key whose public half is `public`, and not changed."""
    said = json.loads(line)
    signature = said.pop("signature")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    try:
        key.verify(base64.b64decode(signature["value"]), _bytes(said))
    except (InvalidSignature, ValueError):
        return False
    return _bytes(said | {"signature": signature}).decode() == line


def _bytes(said: dict[str, Any]) -> bytes:
    """Canonical JSON: keys in order, no spaces, UTF-8."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
