"""The keys that links, codes and records are signed with: one secret, a key for each purpose."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from xiaofu.settings import Settings


def key_for(purpose: str, secret: bytes) -> bytes:
    """
    32 bytes for one purpose, so that what is signed for one is worth nothing for another.

    purpose: what is signed, "calendar file"; changing it voids what was signed before.
    """
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def secret_of(settings: Settings) -> bytes:
    """
    The secret in force: the one set, else one that is made once and kept in the data folder.

    Production always sets it (xiaofu.settings holds that); a made one is for a single machine.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    return _kept(settings.data_dir / "secret.key")


def _kept(path: Path) -> bytes:
    """The secret in `path`, which whoever comes first writes whole: the bot or the console."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mine = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    while not path.exists():
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(secrets.token_hex(32).encode())
        try:
            os.link(mine, path)  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_bytes()
