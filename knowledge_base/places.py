"""Where citizens go: halls, service stations, windows."""

from __future__ import annotations

from knowledge_base.model import Dated, Id


class Place(Dated):
    """
    A hall or station. What was not verified is None: the reply then sends the citizen to the
    official channel instead of naming an address.
    """

    id: Id
    name: str
    street: str
    aliases: tuple[str, ...] = ()
    address: str | None = None
    hours: str | None = None
    phone: str | None = None
    transit: str | None = None
    sample: bool = True
