"""Says what was decided: an entry, a matter's guide, a choice, or who knows better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import cases, own_records, topics
from actions.guides import NEXT, Telling, ask_fork, tell
from actions.messages import Events, Message
from actions.replies import (
    LEGAL_HELP,
    OFFICIAL_NOTICE,
    WAYS_OUT,
    choice,
    cited,
    reply,
    source_line,
)
from actions.statutes import asking_for, on_card, tell_article, written
from knowledge_base.asking import (
    AnswerEntry,
    AnswerMatter,
    AskWhichMatter,
    Decision,
    Field,
    Near,
    Offer,
    RefusalReason,
    Refuse,
    TellArticle,
)
from knowledge_base.bindings import bound, render
from knowledge_base.entries import Entry
from knowledge_base.live import Snapshot
from knowledge_base.matters import Matter
from knowledge_base.model import LawSource
from knowledge_base.statute_search import FoundArticle
from xiaofu.services import Services

_TO_STAFF: tuple[RefusalReason, ...] = ("no_content", "out_of_scope")
"""Refused questions that staff get to read, to learn what is missing."""

_ABOUT_LAW = ("ask_knowledge", "nlu_fallback")
"""Intents of questions that the law may have something about, when no entry has."""

_LEGAL_AID = "legal-aid"
"""The matter to apply for, when somebody cannot afford a lawyer."""

_BESIDE = 3
"""Entries offered at most beside a refusal or an article."""


class Speaker:
    """Speaks one turn's decision; returns what is to be remembered of it."""

    def __init__(
        self,
        whole: Services,
        knowledge: Snapshot,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        message: Message,
    ) -> None:
        self._whole = whole
        self._knowledge = knowledge
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._message = message

    def say(self, decision: Decision) -> Events:
        match decision:
            case AnswerEntry(near) if near.id in self._knowledge.entries:
                return self._entry(near)
            case AnswerMatter(near, field) if near.id in self._knowledge.matters:
                said = cases.mentioned(self._message.text, self._knowledge.matters[near.id])
                same = near.id == self._tracker.get_slot("matter")
                before = self._tracker.get_slot("case") if same else None
                return self.matter(near, field, {**(before or {}), **said})
            case Offer():
                return self._offer(decision)
            case AskWhichMatter():
                ways = {"ways": WAYS_OUT}
                asked = SlotSet("field", self._message.field)
                return [*self.reply("utter_which_matter", "clarify", card=ways), asked]
            case TellArticle():
                return self._article(decision)
            case Refuse("verdict", near):
                return self._no_verdict(near)
            case Refuse("own_records", near):
                return self._no_records(near)
            case Refuse("no_content"):
                return self._no_content()
            case Refuse(reason):
                return self._refuse(reason)
            case _:  # retired between being found and being said, or being offered and tapped
                return self._refuse("withdrawn")

    def reply(self, response: str, kind: str, **parts: Any) -> Events:
        """Utter it, and keep what was offered, so that 「第二个」 can be understood."""
        reply(self._dispatcher, response, kind, **parts)
        return [SlotSet("offered", [button["payload"] for button in parts.get("buttons", ())])]

    def matter(
        self, near: Near, field: Field, case: Mapping[str, str], *, again: bool = False
    ) -> Events:
        """
        Tell `field` of a matter, or first ask for what changes the checklist.

        again: what was asked is asked once more, since the answer did not fit.
        """
        matter = self._knowledge.matters[near.id]
        remember = topics.talk_about(matter.id, field, case)
        if unspeakable := self._unspeakable(matter):
            card = {"title": matter.name, "ways": WAYS_OUT}
            said = self.reply(
                unspeakable.response,
                "refuse",
                id=matter.id,
                reason="expired",
                card=card,
                **unspeakable.values,
            )
            return [*said, *remember]
        open_forks = matter.open_forks(case) if field == "materials" else ()
        if open_forks:
            fork = open_forks[0]
            telling = ask_fork(matter, fork, case, again=again)
            item = f"matter:{matter.id}"
            buttons = [choice(one, item=item, fork=fork.name, option=one) for one in fork.options]
            buttons.append({"title": "说不准", "payload": "不知道"})
        else:
            every = self._knowledge.places
            places = [every[id] for id in matter.places if id in every]
            telling = tell(matter, field, case, places)
            buttons = _next_questions(matter, field)
        said = self.reply(
            telling.response,
            "clarify" if open_forks else "matter",
            id=matter.id,
            score=near.score,
            sources=cited([matter.source], matter.checked_on),
            card=telling.card,
            buttons=buttons,
            **telling.values,
        )
        return [*said, *remember]

    def _note(self, question: str) -> None:
        """Keep a question nobody could answer, for staff."""
        if question:
            channel = self._tracker.get_latest_input_channel() or "unknown"
            self._whole.knowledge_store.note_unanswered(question, channel, self._whole.now())

    def _entry(self, near: Near) -> Events:
        entry = self._knowledge.entries[near.id]
        today = self._whole.now().date()
        if entry.valid_until and entry.expired_on(today):
            return self.reply(
                "utter_entry_expired",
                "refuse",
                id=entry.id,
                reason="expired",
                card={"ways": WAYS_OUT},
                until=f"{entry.valid_until:%Y年%m月%d日}",
                owner=entry.owner,
            )
        if not entry.holds_on(today):  # it begins on a later day
            return self._refuse("withdrawn")
        about = self._matter_told(entry.matter)
        told = {id: matter for id in bound(entry.answer) if (matter := self._matter_told(id))}
        places = {place.id: place.name for place in self._knowledge.places.values()}
        answer = render(entry.answer, told, places).strip()
        sample = entry.sample or any(matter.sample for matter in told.values())
        card = {
            "title": entry.question,
            "body": answer,
            "notice": OFFICIAL_NOTICE if sample else None,
            "checked_on": entry.checked_on.isoformat(),
        }
        guide = [choice(f"看「{about.name}」怎么办", item=f"matter:{about.id}")] if about else []
        said = self.reply(
            "utter_entry",
            "answer",
            id=entry.id,
            score=near.score,
            sources=cited(entry.sources, entry.checked_on),
            card=card,
            buttons=guide,
            answer=answer,
            source=source_line(entry.sources, entry.checked_on, sample=sample),
        )
        return [*said, *topics.talk_about(about.id, "guide", {})] if about else said

    def _offer(self, offer: Offer) -> Events:
        matters = [matter for near in offer.matters if (matter := self._matter_told(near.id))]
        entries = self._holding(offer.entries)
        if not matters and not entries:
            return self._no_content()
        titles = [*(matter.name for matter in matters), *(entry.question for entry in entries)]
        items = [f"matter:{one.id}" for one in matters] + [f"entry:{one.id}" for one in entries]
        which = not entries and len(matters) > 1
        several = "utter_clarify_matter" if which else "utter_suggest"
        said = self.reply(
            several if len(items) > 1 else "utter_suggest_one",
            "clarify" if which else "suggest",
            score=max(near.score for near in (*offer.matters, *offer.entries)),
            buttons=[choice(title, item=item) for title, item in zip(titles, items, strict=True)],
            title=titles[0],
        )
        return [*said, SlotSet("field", self._message.field)]

    def _article(self, asked: TellArticle) -> Events:
        """An article of law as it reads today, and the entries at hand that explain it."""
        told = tell_article(
            self._whole.statutes, asked.law, asked.article, self._whole.now().date()
        )
        explaining = [
            entry
            for entry in self._holding(asked.entries)
            if any(_cites(entry, one.law, one.article) for one in told.shown)
        ]
        return self.reply(
            told.response,
            "statute",
            id=told.id,
            sources=told.sources,
            card=told.card,
            buttons=_to_entries(explaining),
            **told.values,
        )

    def _no_verdict(self, near: Sequence[Near]) -> Events:
        """Not how the case ends; the rules that bear on it, and who helps with the case."""
        rules = _to_entries(self._holding(near)[:_BESIDE])
        aid = self._matter_told(_LEGAL_AID)
        help = [choice(f"看「{aid.name}」怎么办", item=f"matter:{aid.id}")] if aid else []
        return self.reply(
            "utter_refuse_verdict_rules" if rules else "utter_refuse_verdict",
            "refuse",
            reason="verdict",
            card={"ways": LEGAL_HELP},
            buttons=[*rules, *help],
        )

    def _no_records(self, near: Sequence[Near]) -> Events:
        """Not what stands in the citizen's file, but where to look it up."""
        kind = own_records.kind_of(self._message.text)
        return self.reply(
            f"utter_refuse_own_records_{kind}",
            "refuse",
            reason="own_records",
            card={"ways": own_records.WAYS[kind]},
            buttons=_to_entries(self._holding(near)[:_BESIDE]),
        )

    def none_of_these(self, question: str) -> Events:
        """Nothing that was offered for `question` was it."""
        self._note(question)
        if found := self._articles_on(question):
            return self._to_read(found)
        card = {"ways": WAYS_OUT}
        return self.reply("utter_none_of_these", "refuse", reason="no_content", card=card)

    def _no_content(self) -> Events:
        """Nothing is known of it; staff get to read it, and the law may have something about it."""
        question = self._message.text
        found = self._articles_on(question) if self._message.intent in _ABOUT_LAW else ()
        if not found:
            return self._refuse("no_content")
        self._note(question)
        return self._to_read(found)

    def _articles_on(self, question: str) -> Sequence[FoundArticle]:
        """Articles that may bear on `question`; none as long as there is no index of them."""
        search = self._whole.statute_search.get()
        return search.find(question, self._whole.now().date()) if search else ()

    def _to_read(self, found: Sequence[FoundArticle]) -> Events:
        """Articles, as something to read and not as an answer."""
        names = [written(one.law, one.number) for one in found]
        return self.reply(
            "utter_refuse_no_content_articles",
            "refuse",
            reason="no_content",
            card={
                "title": "可能相关的条文",
                "articles": [on_card(one.law, one.number, one.text) for one in found],
                "ways": WAYS_OUT,
            },
            buttons=[
                {"title": f"看{name}", "payload": asking_for(one.law, one.number)}
                for name, one in zip(names, found, strict=True)
            ],
            articles="、".join(names),
        )

    def _refuse(self, reason: RefusalReason) -> Events:
        if reason in _TO_STAFF:
            self._note(self._message.text)
        card = {"ways": WAYS_OUT}
        return self.reply(f"utter_refuse_{reason}", "refuse", reason=reason, card=card)

    def _holding(self, near: Iterable[Near]) -> list[Entry]:
        """The entries that may be spoken today."""
        today = self._whole.now().date()
        every = self._knowledge.entries
        return [every[one.id] for one in near if one.id in every and every[one.id].holds_on(today)]

    def _matter_told(self, id: str | None) -> Matter | None:
        """The matter, when its guide may be told today."""
        matter = self._knowledge.matters.get(id or "")
        return None if matter is None or self._unspeakable(matter) else matter

    def _unspeakable(self, matter: Matter) -> Telling | None:
        """Why a matter's guide may not be told today, or None when it may."""
        if matter.status != "在用":
            return Telling("utter_matter_suspended", {"matter": matter.name})
        if not matter.holds_on(self._whole.now().date()):
            until = f"{matter.valid_until:%Y年%m月%d日}" if matter.valid_until else ""
            return Telling("utter_matter_expired", {"matter": matter.name, "until": until})
        return None


def _to_entries(entries: Iterable[Entry]) -> list[dict[str, str]]:
    return [choice(entry.question, item=f"entry:{entry.id}") for entry in entries]


def _cites(entry: Entry, law: str, article: str) -> bool:
    return any(
        isinstance(source, LawSource) and (source.law, source.article) == (law, article)
        for source in entry.sources
    )


def _next_questions(matter: Matter, field: Field) -> list[dict[str, str]]:
    """What people ask next about a matter, and the booking where it is open to video."""
    others = [name for name in NEXT if name != field][:4]
    buttons = [choice(NEXT[name], item=f"matter:{matter.id}#{name}") for name in others]
    if matter.open_to_video:
        buttons.append({"title": "预约视频办", "payload": f"预约视频办理{matter.name}"})
    return buttons
