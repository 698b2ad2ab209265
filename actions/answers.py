"""Answer a message: what it gets, by what it says and by what was said before."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import cases, topics
from actions.messages import Events, Message, choice_in, decided, last_decision, read, said_before
from actions.quiz import Quizzing
from actions.speaker import Speaker
from knowledge_base.asking import (
    FIELDS,
    VERBATIM,
    AnswerEntry,
    AnswerMatter,
    Decision,
    Field,
    Heard,
    Near,
    RefusalReason,
    decide,
)
from knowledge_base.live import Snapshot
from knowledge_base.text import normalise
from xiaofu.services import Services, services

_UNHEARD: dict[str, RefusalReason] = {
    "out_of_scope": "out_of_scope",
    "too_long": "too_long",
    "wordless": "unclear",
    "inform": "unclear",
    "choose": "unclear",
}
"""Why nothing fits, by intent; any other question is one the knowledge base should have known."""

_BEYOND: dict[str, RefusalReason] = {"ask_verdict": "verdict", "ask_own_records": "own_records"}
"""Questions that are not for 小福 to answer, by intent."""

_ONLY_HOW_IT_ENDS = re.compile(
    r"[我俺咱你他她这那种样个的情况事案子官司能会要不是吗呢吧了多少几怎么法院官仲裁判赢输打赔偿钱拿得到最后胜算把握大有没觉看说年坐牢给]"
)
"""Characters of 「我能赢吗」: in such a question nothing is said of what the case is about."""

_A_QUESTION = 3
"""Chinese characters a message needs to be taken for a question the knowledge base lacks."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_AND_THIS = re.compile(r"呢[?？。!！]*$")
"""「社保卡呢？」 asks the same about another matter."""

_NEEDLESS = re.compile(r"[我你是要就的那这个种办吧呀啊哦呢了]|一下")
_SHORT = 8
"""Characters with which an offered matter is named rather than a new question asked."""

_NAMED = 0.55
"""From here on several matters go by the very name that was said."""

_APART = 0.5
"""A guide with less than this share of the best entry's score is about something else."""

_OFFERED = ("suggest", "clarify")
"""Decisions that leave the choice to the citizen."""


class Answer(Action):
    """Take a message as what was asked for in the turn before, or else as a question."""

    def __init__(self, whole: Services | None = None) -> None:
        self._whole = whole or services()
        self._quizzing = Quizzing(self._whole)

    def name(self) -> str:
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if decided(tracker):  # no rule knew how to go on; whatever else would be said twice
            return [FollowupAction("action_listen")]
        knowledge = self._whole.knowledge.current()
        message = read(tracker)
        speaker = Speaker(self._whole, knowledge, dispatcher, tracker, message)
        events = (
            self._quizzing.answered(dispatcher, tracker, message)
            or self._case_told(speaker, tracker, message, knowledge)
            or self._agreed(speaker, tracker, message, knowledge)
            or speaker.say(self._decision(tracker, message, knowledge))
        )
        changes_topic = any(event.get("name") == "matter" for event in events)
        return events if changes_topic else [*events, *topics.pass_by(tracker)]

    def _case_told(
        self, speaker: Speaker, tracker: Tracker, message: Message, knowledge: Snapshot
    ) -> Events:
        """Go on with the checklist once the citizen said which case is theirs."""
        asked = cases.asked(tracker)
        about = message.chosen.get("item", "").removeprefix("matter:")
        matter = knowledge.matters.get(about or topics.remembered(tracker) or "")
        if matter is None or not cases.is_answer(message):
            return []
        if "option" not in message.chosen:
            if message.chosen or message.names_matter not in (None, matter.id):
                return []
            if not asked and not (tracker.get_slot("field") == "materials" and _brief(message)):
                return []
        told = cases.told(message, matter, asked)
        if not told and not (asked and message.intent in ("inform", "affirm", "deny")):
            return []
        same = matter.id == tracker.get_slot("matter")
        case = {**((same and tracker.get_slot("case")) or {}), **told}
        return speaker.matter(Near(matter.id, 1.0), "materials", case, again=not told)

    def _agreed(
        self, speaker: Speaker, tracker: Tracker, message: Message, knowledge: Snapshot
    ) -> Events:
        """「好的」 and 「都不是」, said to what 小福 offered in the turn before, or to nothing."""
        if message.intent not in ("affirm", "deny"):
            return []
        before = last_decision(tracker)
        offered = tracker.get_slot("offered") or []
        agreed = message.intent == "affirm"
        matter = knowledge.matters.get(before.get("id") or "")
        if agreed and matter and matter.open_to_video and tracker.get_slot("field") == "video":
            return [SlotSet("session_matter", matter.id), FollowupAction("booking_form")]
        if before.get("kind") not in _OFFERED:
            return speaker.reply(f"utter_{message.intent}", "smalltalk")
        if agreed and len(offered) == 1:
            return speaker.say(
                _picked(
                    choice_in(offered[0]).get("item", ""),
                    _field_waiting(tracker, message) or "guide",
                )
            )
        if agreed:
            speaker.reply("utter_which_one", "clarify")
            return [SlotSet("offered", offered)]
        return speaker.none_of_these(said_before(tracker))

    def _decision(self, tracker: Tracker, message: Message, knowledge: Snapshot) -> Decision:
        """What a question gets, or what was chosen of the things offered."""
        waiting = _field_waiting(tracker, message)
        item = message.chosen.get("item") or _named_of_those_offered(tracker, message, knowledge)
        if item:
            return _picked(item, waiting or "guide")
        heard = replace(_heard(message), article=self._article(tracker, message))
        decision = decide(heard, topics.remembered(tracker), _unheard(message))
        match decision:
            case AnswerMatter(matter, "guide") if waiting:
                return AnswerMatter(matter, waiting)
        return decision

    def _article(self, tracker: Tracker, message: Message) -> tuple[str, str] | None:
        """The article named; 「那第1080条呢」 is of the law shown in the turn before."""
        named = message.found.get("article")
        before = last_decision(tracker)
        if not named and before.get("kind") == "statute" and before.get("id"):
            law = str(before["id"]).partition(":")[0]
            named = self._whole.article_reader.read(message.text, last_law=law)
        return (named[0], named[1]) if named else None


def _field_waiting(tracker: Tracker, message: Message) -> Field | None:
    """What was asked before the matter was clear, or is asked again of another (「社保卡呢」)."""
    field: Field | None = tracker.get_slot("field")
    if last_decision(tracker).get("kind") in _OFFERED:
        return field
    if _AND_THIS.search(message.text) and topics.remembered(tracker):
        return field
    return None


def _named_of_those_offered(tracker: Tracker, message: Message, knowledge: Snapshot) -> str | None:
    """The matter offered in the turn before that a few words tell from the others: 「续期的」."""
    if last_decision(tracker).get("kind") not in _OFFERED or not _brief(message):
        return None
    words = _NEEDLESS.sub("", normalise(message.text))
    items = [choice_in(payload).get("item", "") for payload in tracker.get_slot("offered") or []]
    named = [
        item
        for item in items
        if (matter := knowledge.matters.get(item.removeprefix("matter:")))
        and any(words in normalise(name) for name in matter.names)
    ]
    return named[0] if len(named) == 1 and len(words) > 1 else None


def _picked(item: str, asked: Field) -> Decision:
    """entry:<id>, matter:<id> or matter:<id>#<field>, as buttons say it."""
    kind, _, rest = item.partition(":")
    id, _, field = rest.partition("#")
    if kind == "entry":
        return AnswerEntry(Near(id, 1.0))
    return AnswerMatter(Near(id, 1.0), next((one for one in FIELDS if one == field), asked))


def _heard(message: Message) -> Heard:
    """What the NLU pipeline attached to the message; see bot/understanding/retriever.py."""
    if message.intent in ("too_long", "wordless"):
        return Heard(None, sure=False)
    seen = message.found
    near = {
        name: tuple(Near(id, score) for id, score in seen.get(name, ()))
        for name in ("entries", "matter", "matters")
    }
    if message.intent == "ask_verdict" and len(_ONLY_HOW_IT_ENDS.sub("", message.text)) < 2:
        near["entries"] = ()
    bare = seen.get("bare", False)
    named = bare or any(one.score >= _NAMED for one in near["matters"])
    sure, guide = seen.get("sure", False), seen.get("guide", 0.0)
    apart = sure and guide < _APART * near["entries"][0].score  # 辞职提前几天: about no errand
    if named and message.field and near["matters"] and not apart:  # 居住证多久能办好: but which?
        near["entries"] = tuple(one for one in near["entries"] if one.score >= VERBATIM)
    return Heard(
        field=message.field,
        sure=sure and bool(near["entries"]),
        entries=near["entries"],
        matter=next(iter(near["matter"]), None),
        matters=near["matters"],
        guide=guide,
        bare=bare,
        asks_only=seen.get("asks_only", False),
        off_topic=message.intent == "out_of_scope",
        beyond=_BEYOND.get(message.intent),
    )


def _unheard(message: Message) -> RefusalReason:
    """Why nothing fits: a few letters are no question that anybody could have the answer to."""
    if len(_CHINESE.findall(message.text)) < _A_QUESTION and message.intent != "too_long":
        return "unclear"
    if message.intent == "nlu_fallback" and message.guess == "out_of_scope":
        return "out_of_scope"
    return _UNHEARD.get(message.intent, "no_content")


def _brief(message: Message) -> bool:
    return len(normalise(message.text)) <= _SHORT
