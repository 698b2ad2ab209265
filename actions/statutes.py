"""How an article of law is told: as it reads on a day, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from actions.replies import named
from knowledge_base.model import LawSource
from knowledge_base.statutes import (
    NoSuchArticle,
    NotInForce,
    Provision,
    Statutes,
    UnknownLaw,
)

SPOKEN = 320
"""Characters of an article that are said; the card has them all."""

_ENDS = "。；"


@dataclass(frozen=True)
class ArticleTold:
    """
    What to utter of an article, and its values.

    shown: the articles whose text is shown, the one asked for first.
    cited: the article asked for when its text is not shown, though it exists.
    """

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[Provision] = ()
    cited: Provision | None = None

    @property
    def id(self) -> str | None:
        first = self.cited or next(iter(self.shown), None)
        return f"{first.law}:{first.article}" if first else None

    @property
    def sources(self) -> list[dict[str, str]]:
        bare = [{"law": self.cited.law, "article": self.cited.article}] if self.cited else []
        return bare + [
            {"law": one.law, "article": one.article, "text": one.text or ""} for one in self.shown
        ]

    @property
    def card(self) -> dict[str, Any]:
        if not self.shown:
            return {}
        return {
            "title": written(self.shown[0].law, self.shown[0].article),
            "articles": [
                on_card(one.law, one.article, one.text or "", since(one)) for one in self.shown
            ],
        }


def tell_article(statutes: Statutes, law: str, article: str, day: date) -> ArticleTold:
    """The article as it reads on `day`; whatever stands in the way is told instead."""
    try:
        provision = statutes.provision(law, article, day)
    except UnknownLaw:
        return ArticleTold("utter_statute_unknown_law", {"law": law})
    except NoSuchArticle as refusal:
        said = written(law, refusal.article).rpartition("》")[2]
        values = {"law": refusal.law, "last": str(refusal.last), "said": said}
        return ArticleTold("utter_statute_no_such_article", values)
    except NotInForce as refusal:
        return _not_in_force(statutes, refusal, article, day)
    values = {"named": written(provision.law, provision.article), "since": since(provision)}
    if provision.text is None:
        return ArticleTold("utter_statute_no_text", values, cited=provision)
    if provision.moved_to:
        moved = statutes.provision(law, provision.moved_to, day)
        values |= {
            "moved": written(moved.law, moved.article),
            "wording": spoken(provision.text),
            "moved_wording": spoken(moved.text or ""),
        }
        return ArticleTold("utter_statute_moved", values, (provision, moved))
    return _as_it_reads(provision, values)


def _as_it_reads(provision: Provision, values: Mapping[str, str]) -> ArticleTold:
    text = provision.text or ""
    said = spoken(text)
    values = {**values, "wording": said}
    if provision.effective_to:
        following = provision.effective_to + timedelta(days=1)
        values |= {"following": _day(following)}
        return ArticleTold("utter_statute_until", values, (provision,))
    response = "utter_statute" if said == text else "utter_statute_long"
    return ArticleTold(response, values, (provision,))


def _not_in_force(statutes: Statutes, refusal: NotInForce, article: str, day: date) -> ArticleTold:
    if refusal.until is None:
        values = {"law": refusal.law, "since": _day(refusal.since)}
        return ArticleTold("utter_statute_not_yet", values)
    values = {
        "law": refusal.law,
        "ended": _day(refusal.until + timedelta(days=1)),
        "successor": refusal.successor or "",
    }
    if not refusal.successor:
        return ArticleTold("utter_statute_repealed_only", values)
    if not refusal.moved_to:
        return ArticleTold("utter_statute_repealed", values)
    now = statutes.provision(refusal.successor, refusal.moved_to, day)
    values |= {
        "old": written(refusal.law, article),
        "named": written(now.law, now.article),
        "wording": spoken(now.text or ""),
    }
    return ArticleTold("utter_statute_repealed_moved", values, (now,))


def spoken(text: str) -> str:
    """As much of `text` as can be listened to: all of it, or whole sentences and a 「……」."""
    if len(text) <= SPOKEN:
        return text
    end = max(text.rfind(sign, 0, SPOKEN) for sign in _ENDS)
    return f"{text[: end + 1 if end > 0 else SPOKEN]}……"


def on_card(law: str, number: str, text: str, when: str = "") -> dict[str, str]:
    """An article as cards carry it; `when` says since which day it reads so."""
    drawn = {"law": law, "article": number, "text": text}
    return drawn | {"since": when} if when else drawn


def asking_for(law: str, article: str) -> str:
    """What a citizen would say to be shown it."""
    return written(law, article).replace("《", "").replace("》", "")


def written(law: str, article: str) -> str:
    return named(LawSource(law=law, article=article))


def since(provision: Provision) -> str:
    """From when this text holds; of some the file only knows when it was amended."""
    when = _day(provision.effective_from)
    return f"{when}修改" if provision.amended else f"{when}起施行"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
