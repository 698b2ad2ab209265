"""普法小测: 「考考我」 asks a question of the law, says why, and keeps score in the visit."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import topics
from actions.messages import Events, Message
from actions.replies import choice, cited, named, reply
from knowledge_base import quizzes
from knowledge_base.quizzes import Quiz
from xiaofu.services import Services, services

NEXT, STOP, DONE = "quiz:next", "quiz:stop", "quiz:done"
"""What the buttons under a quiz say besides `quiz:<letter>`."""

_LETTERS = re.compile(
    r"(?:我?[选是猜]|答案是?|应该是?)?\s*([A-Fa-f](?:[\s、,，和]*[A-Fa-f])*)\s*[吧。.!！]?"
)
_GUESS = "(?:我?[觉认]得?是?|应该)?"
_TRUE = re.compile(f"{_GUESS}(?:对|是|正确|没错|系)[的啊吧。]*")
_FALSE = re.compile(f"{_GUESS}(?:错|不对|不是|错误|唔系|唔啱)[的啊吧了。]*")
_MORE = re.compile("下一[题道个]|再来[一]?[题道个]?|继续|接着考?|换一[题道个]")
_ENOUGH = re.compile("不[考玩做答测]了?|结束|停|够了|算了|退出|不想[考玩做答测].?")

Pick = Callable[[Sequence[Quiz]], Quiz]


@dataclass
class Standing:
    """
    Where a visit's quiz stands.

    open: id of the quiz that waits for an answer. picked: letters tapped of a 多选.
    asked: ids so far. right: how many were answered right, of `total`.
    """

    open: str | None = None
    picked: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    right: int = 0
    total: int = 0

    @classmethod
    def of(cls, tracker: Tracker) -> Standing:
        kept: Mapping[str, Any] = tracker.get_slot("quiz") or {}
        return cls(**kept)

    def kept(self) -> Events:
        return [SlotSet("quiz", asdict(self))]


class AskQuiz(Action):
    """Ask a question of the law, about the law that was named if there is one."""

    def __init__(self, whole: Services | None = None, pick: Pick = random.choice) -> None:
        self._quizzing = Quizzing(whole or services(), pick)

    def name(self) -> str:
        return "action_quiz"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return [*self._quizzing.ask(dispatcher, tracker), *topics.pass_by(tracker)]


class Quizzing:
    """The quiz of a visit: asks, takes answers, sums up."""

    def __init__(self, whole: Services, pick: Pick = random.choice) -> None:
        self._whole = whole
        self._pick = pick

    def answered(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, message: Message
    ) -> Events:
        """Go on with the quiz when the message belongs to it; nothing otherwise."""
        standing = Standing.of(tracker)
        tapped = message.chosen.get("item", "")
        if not tapped.startswith("quiz:"):
            tapped = self._meant(standing, message.text)
        if tapped == NEXT:
            return self.ask(dispatcher, tracker)
        if tapped == STOP:
            over = "utter_quiz_over" if standing.total else "utter_quiz_stopped"
            return self._sum_up(dispatcher, standing, over)
        quiz = self._open(standing)
        if not tapped or quiz is None:
            return []
        if tapped == DONE:
            return self._judge(dispatcher, quiz, standing, standing.picked)
        letters = tuple(tapped.removeprefix("quiz:"))
        if not set(letters) <= set(quiz.letters()):
            return []
        if quiz.kind == "多选" and message.chosen:
            standing.picked = tuple(sorted(set(standing.picked) ^ set(letters)))
            return self._put(dispatcher, quiz, standing)
        return self._judge(dispatcher, quiz, standing, letters)

    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """The next question that was not asked in this visit."""
        standing = Standing.of(tracker)
        entries = self._whole.knowledge.current().entries
        day = self._whole.now().date()
        left = quizzes.askable(self._whole.quizzes, entries, day, standing.asked)
        if not left:
            return self._sum_up(dispatcher, standing, "utter_quiz_no_more")
        laws = {one["value"] for one in tracker.latest_message.get("entities") or ()}
        quiz = self._pick(quizzes.about(left, laws))
        standing.open, standing.picked = quiz.id, ()
        standing.asked = (*standing.asked, quiz.id)
        return self._put(dispatcher, quiz, standing)

    def _open(self, standing: Standing) -> Quiz | None:
        return next((one for one in self._whole.quizzes if one.id == standing.open), None)

    def _meant(self, standing: Standing, text: str) -> str:
        """The button that a few words mean, while a question waits or was just answered."""
        if _MORE.fullmatch(text) and standing.asked:
            return NEXT
        quiz = self._open(standing)
        if quiz is None:
            return ""
        if _ENOUGH.fullmatch(text):
            return STOP
        if quiz.kind == "判断":
            meant = "A" if _TRUE.fullmatch(text) else "B" if _FALSE.fullmatch(text) else ""
            if meant:
                return f"quiz:{meant}"
        found = _LETTERS.fullmatch(text)
        if found:
            return "quiz:" + "".join(sorted(set(re.sub("[^A-F]", "", found[1].upper()))))
        named_option = [letter for letter in quiz.letters() if text and text == quiz.option(letter)]
        return f"quiz:{named_option[0]}" if named_option else ""

    def _put(self, dispatcher: CollectingDispatcher, quiz: Quiz, standing: Standing) -> Events:
        options = [f"{letter}. {quiz.option(letter)}" for letter in quiz.letters()]
        buttons = [
            choice(("✓ " if letter in standing.picked else "") + option, item=f"quiz:{letter}")
            for letter, option in zip(quiz.letters(), options, strict=True)
        ]
        if standing.picked:
            buttons.append(choice("选好了", item=DONE))
        buttons.append(choice("不考了", item=STOP))
        return self._say(
            dispatcher,
            "utter_quiz_picked" if standing.picked else "utter_quiz_question",
            standing,
            buttons,
            quiz,
            number=str(len(standing.asked)),
            sort=quiz.kind,
            question=quiz.question,
            options="\n".join(options),
            picked="、".join(standing.picked),
        )

    def _judge(
        self,
        dispatcher: CollectingDispatcher,
        quiz: Quiz,
        standing: Standing,
        letters: Sequence[str],
    ) -> Events:
        right = tuple(letters) == quiz.right
        standing.open, standing.picked = None, ()
        standing.right, standing.total = standing.right + right, standing.total + 1
        self._whole.knowledge_store.count_quiz(quiz.id, right=right)
        buttons = [
            choice("下一题", item=NEXT),
            choice("看看是怎么规定的", item=f"entry:{quiz.entry}"),
            choice("不考了", item=STOP),
        ]
        return self._say(
            dispatcher,
            "utter_quiz_right" if right else "utter_quiz_wrong",
            standing,
            buttons,
            quiz,
            answer="、".join(f"{letter}（{quiz.option(letter)}）" for letter in quiz.right),
            why=quiz.why,
            source="、".join(map(named, quiz.sources)),
            right=str(standing.right),
            total=str(standing.total),
        )

    def _sum_up(
        self, dispatcher: CollectingDispatcher, standing: Standing, response: str
    ) -> Events:
        """Tell the score and forget the quiz: the next one begins anew."""
        score = {"right": str(standing.right), "total": str(standing.total)}
        self._say(dispatcher, response, standing, [], None, **score)
        return [SlotSet("quiz", None), SlotSet("offered", [])]

    def _say(
        self,
        dispatcher: CollectingDispatcher,
        response: str,
        standing: Standing,
        buttons: list[dict[str, str]],
        quiz: Quiz | None,
        **values: str,
    ) -> Events:
        score = [{"label": "成绩", "value": f"答对 {standing.right} 题，共 {standing.total} 题"}]
        entry = self._whole.knowledge.current().entries.get(quiz.entry) if quiz else None
        judged = quiz and entry and not standing.open
        reply(
            dispatcher,
            response,
            "quiz",
            id=quiz.id if quiz else None,
            sources=cited(quiz.sources, entry.checked_on) if judged else (),
            card={
                "title": quiz.question if quiz else "学法小测",
                "rows": score if standing.total else [],
            },
            buttons=buttons,
            **values,
        )
        offered = [button["payload"] for button in buttons]
        return [*standing.kept(), SlotSet("offered", offered)]
