"""A relay for those whose networks let no direct line through: TURN, only when it is set up."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LASTS = timedelta(hours=4)
"""How long credentials open the relay: longer than any session."""


@dataclass(frozen=True)
class Turn:
    """
    A TURN server that shares a secret with us; none when there are no urls.

    urls: such as turn:turn.example:3478. secret: coturn's static-auth-secret.
    """

    urls: tuple[str, ...] = ()
    user: str = "xiaofu"
    secret: str = field(default="", repr=False)

    def servers(self, now: datetime) -> list[dict[str, Any]]:
        """
        What a browser is given as `iceServers`; empty when there is no relay, so that nothing
        leaves the two machines.

        Source: A REST API for Access to TURN Services, draft-uberti-behave-turn-rest-00, as
        coturn's use-auth-secret does it: the user is `<until>:<user>`, in Unix seconds, and the
        password its HMAC-SHA1.
        """
        if not self.urls:
            return []
        user = f"{int((now + LASTS).timestamp())}:{self.user}"
        password = hmac.digest(self.secret.encode(), user.encode(), hashlib.sha1)
        credential = base64.b64encode(password).decode()
        return [{"urls": list(self.urls), "username": user, "credential": credential}]
