"""Says what was decided: an entry, a matter's guide, a choice, or who knows better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import cases, topics
from actions.guides import NEXT, Telling, ask_fork, tell
from actions.messages import Events, Message
from actions.replies import OFFICIAL_NOTICE, WAYS_OUT, choice, cited, reply, source_line
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
)
from knowledge_base.live import Snapshot
from knowledge_base.matters import Matter
from xiaofu.services import Services

_TO_STAFF: tuple[RefusalReason, ...] = ("no_content", "out_of_scope")
"""Refused questions that staff get to read, to learn what is missing."""


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
            case Refuse(reason):
                return self._refuse(reason)
            case _:  # retired between being found and being said
                return self._refuse("no_content")

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
                unspeakable.response, "refuse", id=matter.id, card=card, **unspeakable.values
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

    def note(self, question: str) -> None:
        """Keep a question nobody could answer, for staff."""
        if question:
            channel = self._tracker.get_latest_input_channel() or "unknown"
            self._whole.knowledge_store.note_unanswered(question, channel, self._whole.now())

    def _entry(self, near: Near) -> Events:
        entry = self._knowledge.entries[near.id]
        if not entry.holds_on(self._whole.now().date()):
            until = f"{entry.valid_until:%Y年%m月%d日}" if entry.valid_until else ""
            return self.reply(
                "utter_entry_expired",
                "refuse",
                id=entry.id,
                card={"ways": WAYS_OUT},
                until=until,
                owner=entry.owner,
            )
        about = self._knowledge.matters.get(entry.matter) if entry.matter else None
        card = {
            "title": entry.question,
            "body": entry.answer.strip(),
            "notice": OFFICIAL_NOTICE if entry.sample else None,
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
            answer=entry.answer.strip(),
            source=source_line(entry.sources, entry.checked_on, sample=entry.sample),
        )
        return [*said, *topics.talk_about(about.id, "guide", {})] if about else said

    def _offer(self, offer: Offer) -> Events:
        matters = [
            self._knowledge.matters[near.id]
            for near in offer.matters
            if near.id in self._knowledge.matters
        ]
        entries = [
            self._knowledge.entries[near.id]
            for near in offer.entries
            if near.id in self._knowledge.entries
        ]
        if not matters and not entries:
            return self._refuse("no_content")
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

    def _refuse(self, reason: RefusalReason) -> Events:
        if reason in _TO_STAFF:
            self.note(self._message.text)
        return self.reply(f"utter_refuse_{reason}", "refuse", card={"ways": WAYS_OUT})

    def _unspeakable(self, matter: Matter) -> Telling | None:
        """Why a matter's guide may not be told today, or None when it may."""
        if matter.status != "在用":
            return Telling("utter_matter_suspended", {"matter": matter.name})
        if not matter.holds_on(self._whole.now().date()):
            until = f"{matter.valid_until:%Y年%m月%d日}" if matter.valid_until else ""
            return Telling("utter_matter_expired", {"matter": matter.name, "until": until})
        return None


def _next_questions(matter: Matter, field: Field) -> list[dict[str, str]]:
    """What people ask next about a matter, and the booking where it is open to video."""
    others = [name for name in NEXT if name != field][:4]
    buttons = [choice(NEXT[name], item=f"matter:{matter.id}#{name}") for name in others]
    if matter.open_to_video:
        buttons.append({"title": "预约视频办", "payload": f"预约视频办理{matter.name}"})
    return buttons
