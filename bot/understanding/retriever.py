"""
What the knowledge base finds for a message, attached to it, and the intent put right by it.

It stands after FallbackClassifier: a closed-set classifier is sure even of questions it never
saw, and an action behind nlu_fallback would never run for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.examples import ASKS_ONLY
from bot.understanding.knowing import KnowingComponent
from bot.understanding.routing import Sight, route
from knowledge_base.asked_articles import ArticleReader
from knowledge_base.asking import NEARLY_NAMED, SHOWN
from knowledge_base.live import Live, Snapshot
from knowledge_base.search import Hit
from knowledge_base.text import normalise
from xiaofu.services import services

_WHOSE = re.compile(
    r"(?:给|帮|替|代)?我?(?:们)?(?:老公|老婆|爱人|先生|太太|爸爸?|妈妈?|父母|儿子|女儿|孩子|小孩|娃|老人|家人|家里人|爷爷|奶奶"
    r"|朋友|同事|老豆|阿妈|仔女?)的?"
)
"""For whom it is; names nothing that could be asked about instead."""

_UNNAMED = NEARLY_NAMED - 0.01

FOUND = "found"
"""Where actions find it: tracker.latest_message["found"]."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class KnowledgeRetriever(KnowingComponent):
    """
    Attach {"entries", "matter", "matters": [[id, score], …], "sure", "bare", "asks_only",
    "article": [law, number] or None} to a message.
    """

    def __init__(self, knowledge: Live | None = None, articles: ArticleReader | None = None):
        super().__init__(knowledge)
        self._articles = articles

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        whole = services()
        whole.statute_search.get()  # begins to be built, so that it is there when it is wanted
        return cls(whole.knowledge, whole.article_reader)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if self._knowledge is None or text.startswith("/"):
                continue  # a tapped button says what it means
            found, sight = look(self._knowledge.current(), text)
            article = self._articles.read(text) if self._articles else None
            found["article"] = article and list(article)
            sight = replace(sight, cites=article is not None)
            message.set(FOUND, found, add_to_output=True)
            self._route(message, text, sight)
            found["asks_only"] = message.get(INTENT)["name"] in message.get(ASKS_ONLY, ())
            if not (
                found["matter"] or found["matters"]
            ):  # 手机要多少钱 has nothing left and asks more
                found["bare"] = found["bare"] and found["asks_only"]
        return messages

    def _route(self, message: Message, text: str, sight: Sight) -> None:
        intent = message.get(INTENT) or {}
        name = intent.get("name") or "nlu_fallback"
        words = normalise(text)
        if (message.get("metadata") or {}).get("too_long"):
            name = "too_long"
        elif not any(character.isalnum() for character in words):
            name = "wordless"
        else:
            name = route(name, intent.get("confidence") or 0.0, words, sight)
        message.set(INTENT, {**intent, "name": name}, add_to_output=True)


def look(knowledge: Snapshot, text: str) -> tuple[dict[str, Any], Sight]:
    """What `knowledge` finds for `text`, as the tracker keeps it and as routing weighs it."""
    found = knowledge.search.find(text)
    matters = knowledge.matter_search.find(text)
    certain = [[matters.certain, 1.0]] if matters.certain else []
    guided = knowledge.guides.find(text)
    guides = guided.hits
    close = () if certain else _close(matters.close, guides)
    attached = {
        "entries": [[hit.id, round(hit.score, 4)] for hit in found.hits],
        "sure": found.outcome == "answer",
        "matter": certain,
        "matters": [[hit.id, round(hit.score, 4)] for hit in close],
        "guide": round(guides[0].score, 4) if guides else 0.0,
        "bare": knowledge.matter_search.bare(_WHOSE.sub("", text)),
    }
    score = found.hits[0].score if found.hits else 0.0
    near = bool(matters.close) and matters.close[0].score >= NEARLY_NAMED
    clear = guided.outcome == "answer"
    return attached, Sight(score, found.outcome == "answer", bool(certain), near, clear)


def _close(named: Sequence[Hit], meant: Sequence[Hit]) -> list[Hit]:
    """
    The matters that may be meant: those all but named, then those whose guide is about it.

    A name that is only somewhat alike tells less than what the guide is about, and a guide never
    as much as a name said in nearly so many words.
    """
    surely = [hit for hit in named if hit.score >= NEARLY_NAMED]
    about = [replace(hit, score=min(hit.score, _UNNAMED)) for hit in meant]
    ranked = {hit.id: hit for hit in reversed([*surely, *about, *named])}
    order = dict.fromkeys(hit.id for hit in (*surely, *meant, *named))
    return [ranked[id] for id in order][:SHOWN]
