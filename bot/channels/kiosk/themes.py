"""What the kiosk offers to start from, kept beside the page as YAML for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

THEMES = Path(__file__).with_name("themes.yml")


@dataclass(frozen=True)
class Theme:
    """Questions to start from; `icon` names a picture of the page (docs/protocol.md)."""

    theme: str
    questions: tuple[str, ...]
    icon: str | None = None


def read_themes(path: Path = THEMES) -> tuple[Theme, ...]:
    """The themes in the order in which the page shows them."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Theme(each["theme"], tuple(each["questions"]), each.get("icon")) for each in found)
