"""Answer a question: from an entry, from a matter's guide, by an offer, or by saying who knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guides import FIELDS, Telling, ask_fork, tell
from actions.replies import OFFICIAL_NOTICE, WAYS_OUT, choice, cited, reply, source_line
from knowledge_base.asking import (
    AnswerEntry,
    AnswerMatter,
    AskWhichMatter,
    Decision,
    Field,
    Heard,
    Near,
    Offer,
    RefusalReason,
    Refuse,
    decide,
)
from knowledge_base.live import Snapshot
from knowledge_base.matters import Matter
from xiaofu.services import Services, services

REMEMBERED_TURNS = 5
"""For how many turns 「那要多少钱」 still means the matter named before."""

_UNHEARD: dict[str, RefusalReason] = {
    "out_of_scope": "out_of_scope",
    "too_long": "too_long",
    "wordless": "unclear",
    "inform": "unclear",
    "choose": "unclear",
}
"""Why nothing fits, by intent; any other question is one the knowledge base should have known."""

_A_QUESTION = 3
"""Chinese characters a message needs to be taken for a question the knowledge base lacks."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")

Events = list[dict[str, Any]]


class Answer(Action):
    """Decide what a message gets, and say it."""

    def __init__(self, whole: Services | None = None) -> None:
        self._whole = whole or services()

    def name(self) -> str:
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        knowledge = self._whole.knowledge.current()
        chosen = _chosen(tracker)
        if "option" in chosen:
            told = {chosen["fork"]: chosen["option"]}
            return self._case(dispatcher, tracker, knowledge, told)
        if told := _case_told(tracker, knowledge):
            return self._case(dispatcher, tracker, knowledge, told)
        decision = _picked(chosen, tracker) or decide(
            _heard(tracker), _remembered(tracker), _unheard(tracker)
        )
        return self._say(dispatcher, tracker, knowledge, decision)

    def _say(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        knowledge: Snapshot,
        decision: Decision,
    ) -> Events:
        match decision:
            case AnswerEntry(entry) if entry.id in knowledge.entries:
                return self._entry(dispatcher, knowledge, entry)
            case AnswerMatter(matter, field) if matter.id in knowledge.matters:
                case = (tracker.get_slot("case") or {}) if matter.id == _last(tracker) else {}
                said = knowledge.matters[matter.id].case_in(_text(tracker))
                return self._matter(dispatcher, knowledge, matter, field, {**case, **said})
            case Offer():
                return self._offer(dispatcher, tracker, knowledge, decision)
            case AskWhichMatter():
                reply(dispatcher, "utter_which_matter", "clarify", card={"ways": WAYS_OUT})
                return [SlotSet("field", _field(tracker))]
            case Refuse(reason):
                return self._refuse(dispatcher, tracker, reason)
            case _:  # retired between being found and being said
                return self._refuse(dispatcher, tracker, "no_content")

    def _entry(self, dispatcher: CollectingDispatcher, knowledge: Snapshot, near: Near) -> Events:
        entry = knowledge.entries[near.id]
        if not entry.holds_on(self._whole.now().date()):
            until = f"{entry.valid_until:%Y年%m月%d日}" if entry.valid_until else ""
            reply(
                dispatcher,
                "utter_entry_expired",
                "refuse",
                id=entry.id,
                card={"ways": WAYS_OUT},
                until=until,
                owner=entry.owner,
            )
            return []
        card = {
            "title": entry.question,
            "body": entry.answer.strip(),
            "notice": OFFICIAL_NOTICE if entry.sample else None,
            "checked_on": entry.checked_on.isoformat(),
        }
        about = knowledge.matters.get(entry.matter) if entry.matter else None
        reply(
            dispatcher,
            "utter_entry",
            "answer",
            id=entry.id,
            score=near.score,
            sources=cited(entry.sources, entry.checked_on),
            card=card,
            buttons=[choice(f"看「{about.name}」怎么办", item=f"matter:{about.id}")]
            if about
            else (),
            answer=entry.answer.strip(),
            source=source_line(entry.sources, entry.checked_on, sample=entry.sample),
        )
        return [SlotSet("matter", about.id), SlotSet("case", None)] if about else []

    def _matter(
        self,
        dispatcher: CollectingDispatcher,
        knowledge: Snapshot,
        near: Near,
        field: Field,
        case: Mapping[str, str],
    ) -> Events:
        matter = knowledge.matters[near.id]
        remember = [
            SlotSet("matter", matter.id),
            SlotSet("field", field),
            SlotSet("case", dict(case)),
        ]
        unspeakable = _unspeakable(matter, self._whole)
        if unspeakable:
            card = {"title": matter.name, "ways": WAYS_OUT}
            reply(
                dispatcher,
                unspeakable.response,
                "refuse",
                id=matter.id,
                card=card,
                **unspeakable.values,
            )
            return remember
        open_forks = matter.open_forks(case) if field == "materials" else ()
        if open_forks:
            fork = open_forks[0]
            telling = ask_fork(matter, fork)
            buttons = [choice(option, fork=fork.name, option=option) for option in fork.options]
        else:
            places = [knowledge.places[id] for id in matter.places if id in knowledge.places]
            telling = tell(matter, field, case, places)
            buttons = _next_questions(matter, field)
        reply(
            dispatcher,
            telling.response,
            "clarify" if open_forks else "matter",
            id=matter.id,
            score=near.score,
            sources=cited([matter.source], matter.checked_on),
            card=telling.card,
            buttons=buttons,
            **telling.values,
        )
        return remember

    def _case(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        knowledge: Snapshot,
        told: Mapping[str, str],
    ) -> Events:
        """The citizen said which case is theirs; go on with the matter talked about."""
        id = _last(tracker)
        if id not in knowledge.matters:
            return self._say(dispatcher, tracker, knowledge, AskWhichMatter())
        case = {**(tracker.get_slot("case") or {}), **told}
        return self._matter(dispatcher, knowledge, Near(id, 1.0), "materials", case)

    def _offer(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        knowledge: Snapshot,
        offer: Offer,
    ) -> Events:
        matters = [
            knowledge.matters[near.id] for near in offer.matters if near.id in knowledge.matters
        ]
        entries = [
            knowledge.entries[near.id] for near in offer.entries if near.id in knowledge.entries
        ]
        buttons = [choice(matter.name, item=f"matter:{matter.id}") for matter in matters]
        buttons += [choice(entry.question, item=f"entry:{entry.id}") for entry in entries]
        best = max(near.score for near in (*offer.matters, *offer.entries))
        only_matters = bool(matters) and not entries
        reply(
            dispatcher,
            "utter_clarify_matter" if only_matters else "utter_suggest",
            "clarify" if only_matters else "suggest",
            score=best,
            card={"title": "您是想问"},
            buttons=buttons,
        )
        offered = [f"matter:{matter.id}" for matter in matters]
        offered += [f"entry:{entry.id}" for entry in entries]
        return [SlotSet("offered", offered), SlotSet("field", _field(tracker))]

    def _refuse(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, reason: RefusalReason
    ) -> Events:
        reply(dispatcher, f"utter_refuse_{reason}", "refuse", card={"ways": WAYS_OUT})
        text = _text(tracker)
        if reason == "no_content" and text:
            channel = tracker.get_latest_input_channel() or "unknown"
            self._whole.knowledge_store.note_unanswered(text, channel, self._whole.now())
        return []


def _unspeakable(matter: Matter, whole: Services) -> Telling | None:
    """Why a matter's guide may not be told today, or None when it may."""
    if matter.status != "在用":
        return Telling("utter_matter_suspended", {"matter": matter.name})
    if not matter.holds_on(whole.now().date()):
        until = f"{matter.valid_until:%Y年%m月%d日}" if matter.valid_until else ""
        return Telling("utter_matter_expired", {"matter": matter.name, "until": until})
    return None


def _next_questions(matter: Matter, field: Field) -> list[dict[str, str]]:
    """What people ask next about a matter, and the booking where it is open to video."""
    others = [name for name in FIELDS if name != field][:4]
    buttons = [choice(FIELDS[name], item=f"matter:{matter.id}#{name}") for name in others]
    if matter.open_to_video:
        buttons.append({"title": "预约视频办", "payload": f"预约视频办理{matter.name}"})
    return buttons


def _chosen(tracker: Tracker) -> dict[str, str]:
    """What a tapped button says: {item} or {fork, option}."""
    if _intent(tracker) != "choose":
        return {}
    said = {
        entity["entity"]: str(entity["value"])
        for entity in tracker.latest_message.get("entities") or []
        if entity["entity"] in ("item", "fork", "option")
    }
    return said if "item" in said or {"fork", "option"} <= said.keys() else {}


_ORDINALS = {"一": 0, "头": 0, "1": 0, "二": 1, "2": 1, "三": 2, "3": 2, "后": -1}


def _picked(chosen: Mapping[str, str], tracker: Tracker) -> Decision | None:
    """The item a citizen tapped, or counted out among those offered last (「第二个」)."""
    item = chosen.get("item")
    if item is None and _intent(tracker) == "choose":
        offered = tracker.get_slot("offered") or []
        text = _text(tracker)
        place = next((at for word, at in _ORDINALS.items() if word in text), None)
        if place is not None and -1 <= place < len(offered):
            item = offered[place]
    if item is None:
        return None
    kind, _, rest = item.partition(":")
    id, _, field = rest.partition("#")
    if kind == "entry":
        return AnswerEntry(Near(id, 1.0))
    asked = field if field in FIELDS else tracker.get_slot("field") or "guide"
    return AnswerMatter(Near(id, 1.0), asked)


def _case_told(tracker: Tracker, knowledge: Snapshot) -> dict[str, str]:
    """What a message says of the citizen's case, when 小福 asked for it in her last turn."""
    matter = knowledge.matters.get(_last(tracker) or "")
    if matter is None or tracker.get_slot("field") != "materials" or not _just_talked(tracker):
        return {}
    if not matter.open_forks(tracker.get_slot("case") or {}):
        return {}
    return matter.case_in(_text(tracker))


def _heard(tracker: Tracker) -> Heard:
    """What the NLU pipeline attached to the message; see bot/understanding/retriever.py."""
    seen = tracker.latest_message.get("found") or {}
    near = {
        name: tuple(Near(id, score) for id, score in seen.get(name, ()))
        for name in ("entries", "matter", "matters")
    }
    return Heard(
        field=_field(tracker),
        sure=seen.get("sure", False),
        entries=near["entries"],
        matter=next(iter(near["matter"]), None),
        matters=near["matters"],
        bare=seen.get("bare", False),
    )


def _unheard(tracker: Tracker) -> RefusalReason:
    """Why nothing fits: a few letters are no question that anybody could have the answer to."""
    if len(_CHINESE.findall(_text(tracker))) < _A_QUESTION:
        return "unclear"
    return _UNHEARD.get(_intent(tracker), "no_content")


def _field(tracker: Tracker) -> Field | None:
    intent = _intent(tracker)
    if intent in ("ask_knowledge", "ask_human") or not intent.startswith("ask_"):
        return None
    return intent.removeprefix("ask_")  # type: ignore[return-value]


def _text(tracker: Tracker) -> str:
    return tracker.latest_message.get("text") or ""


def _intent(tracker: Tracker) -> str:
    return (tracker.latest_message.get("intent") or {}).get("name") or ""


def _last(tracker: Tracker) -> str | None:
    return tracker.get_slot("matter")


def _remembered(tracker: Tracker) -> str | None:
    """The matter talked about, while that is at most REMEMBERED_TURNS turns ago."""
    return _last(tracker) if _turns_since_matter(tracker) <= REMEMBERED_TURNS else None


def _just_talked(tracker: Tracker) -> bool:
    return _turns_since_matter(tracker) == 1


def _turns_since_matter(tracker: Tracker) -> int:
    """Citizen's messages since the matter was last set; many when it never was."""
    turns = 0
    for event in reversed(tracker.events):
        if event["event"] == "user":
            turns += 1
        if event["event"] == "slot" and event["name"] == "matter" and event["value"]:
            return turns
    return REMEMBERED_TURNS + 1
