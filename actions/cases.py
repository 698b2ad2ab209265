"""The citizen's case: the answers to what 小福 asks before she tells what to bring."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from actions.messages import Message, choice_in, last_decision
from knowledge_base.matters import Fork, Matter

_NO_IDEA = re.compile(
    r"不知道|不清楚|不晓得|不懂|不确定|说不准|随便|都行|都可以|都说|都讲|全部|唔知|唔清楚"
)
_YES = frozenset({"是", "有", "会"})
_NO = frozenset({"不是", "没有", "不会"})
_ANOTHER = re.compile(
    r"(?:老[婆公]|爱人|太太|先生|儿子|女儿|孩子|[爸妈]|父母|家[里人]|亲戚|朋友|同[事学]|别人|中介|仔|女).{0,2}[帮替代去来]"
)
_FOR_OTHERS = re.compile("代|监护人|近亲属|家人")
_ASKING = re.compile(
    r"[?？吗么呢]|多久|多少|几|哪|怎|什么|啥|能不能|可不可以|要不要|是不是|有没有|点样|咩|乜"
)


def asked(tracker: Tracker) -> str | None:
    """Name of the fork that was asked for in the turn before, None when none was."""
    if last_decision(tracker).get("kind") != "clarify":
        return None
    chosen = map(choice_in, tracker.get_slot("offered") or [])
    return next((choice["fork"] for choice in chosen if "fork" in choice), None)


def is_answer(message: Message) -> bool:
    """Whether a message can be the answer to a fork, and is no question of its own."""
    if message.chosen or message.intent in ("inform", "affirm", "deny"):
        return True
    if message.found.get("sure"):
        return False
    return message.field in (None, "guide", "materials") or not _ASKING.search(message.text)


def told(message: Message, matter: Matter, fork: str | None) -> dict[str, str]:
    """
    What a message says of the case, {fork: option}.

    fork: the one just asked for; only then do 有 and 不知道 say something. Who does not know
    gets the first option of whatever is open: the commonest case.
    """
    if "option" in message.chosen:
        return {message.chosen["fork"]: message.chosen["option"]}
    said = mentioned(message.text, matter)
    open_fork = next((one for one in matter.forks if one.name == fork), None)
    if open_fork is None or open_fork.name in said:
        return said
    if _NO_IDEA.search(message.text):
        return {one.name: one.options[0] for one in matter.forks} | said
    answer = (
        open_fork.option_in(message.text)
        or _sends_another(message.text, open_fork)
        or _yes_or_no(message.intent, open_fork)
    )
    return {**said, open_fork.name: answer} if answer else said


def mentioned(text: str, matter: Matter) -> dict[str, str]:
    """The options named in `text`; 有 and 是 stand in any sentence and name none."""
    case = matter.case_in(text)
    return {fork: option for fork, option in case.items() if option not in _YES | _NO}


def by_agent(matter: Matter) -> dict[str, str]:
    """The case of whoever comes for somebody else, where the matter has one."""
    return {
        fork.name: option
        for fork in matter.forks
        if (option := next((one for one in fork.options if _FOR_OTHERS.search(one)), None))
    }


def _sends_another(text: str, fork: Fork) -> str | None:
    """我老婆去: the option of those who go for somebody else, where the fork has one."""
    if not _ANOTHER.search(text):
        return None
    return next((option for option in fork.options if _FOR_OTHERS.search(option)), None)


def _yes_or_no(intent: str, fork: Fork) -> str | None:
    meant = {"affirm": _YES, "deny": _NO}.get(intent, frozenset())
    return next((option for option in fork.options if option in meant), None)
