"""The NLU components, each as Rasa's graph makes and runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.examples import ASKS_ONLY, ExampleClassifier
from bot.understanding.names import NameExtractor
from bot.understanding.retriever import FOUND, KnowledgeRetriever
from bot.understanding.tokenizer import CitizenTokenizer
from knowledge_base.asked_articles import ArticleReader
from knowledge_base.live import Snapshot

GUESS = {"name": "ask_knowledge", "confidence": 0.6}


def message(text: str, intent: dict[str, object] = GUESS, **data: object) -> Message:
    return Message({TEXT: text, INTENT: dict(intent), **data})


class Knowing:
    """A knowledge base that stands still."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def current(self) -> Snapshot:
        return self._snapshot


@pytest.fixture(scope="module")
def knowledge():
    from knowledge_base import files

    content = files.read(Path(__file__).parents[3] / "knowledge_base/content")
    return Knowing(Snapshot.of(1, content))


class TestTokenizer:
    @pytest.fixture
    def tokens(self):
        tokenizer = CitizenTokenizer(CitizenTokenizer.get_default_config(), None, None)
        return lambda text: [token.text for token in tokenizer.tokenize(message(text), TEXT)]

    def test_traditional_and_cantonese_read_like_plain_words(self, tokens):
        assert tokens("要幾錢") == tokens("要几钱")
        assert "".join(tokens("請問要帶咩嘢")) == "".join(tokens("要带什么"))

    @pytest.mark.parametrize("text", ["😀", "？？", " ", ""])
    def test_there_is_always_something_to_weigh(self, tokens, text):
        assert len(tokens(text)) == 1


class TestExamples:
    @pytest.fixture
    def classifier(self, tmp_path):
        """Trained, stored, and loaded again."""
        storage, resource = LocalModelStorage(tmp_path), Resource("examples")
        data = TrainingData(
            [
                Message({TEXT: "要多久", INTENT: "ask_duration"}),
                Message({TEXT: "要多久才好", INTENT: "ask_duration"}),
                Message({TEXT: "那要多久", INTENT: "ask_duration"}),
                Message({TEXT: "居住证", INTENT: "ask_guide"}),
                Message({TEXT: "對", INTENT: "affirm"}),
            ]
        )
        ExampleClassifier.create({}, storage, resource, None).train(data)
        return ExampleClassifier.load({}, storage, resource, None)

    @pytest.mark.parametrize("text", ["要多久", "要多久？", "請問要多久呢"])
    def test_an_example_is_known_for_certain_however_it_is_written(self, classifier, text):
        [known] = classifier.process([message(text)])
        assert known.get(INTENT) == {"name": "ask_duration", "confidence": 1.0}

    def test_what_is_no_example_keeps_its_guess(self, classifier):
        [guessed] = classifier.process([message("房东不退押金")])
        assert guessed.get(INTENT) == GUESS

    def test_it_says_what_only_asks(self, classifier):
        asks, names = classifier.process([message("多久呢？"), message("护照多久")])
        assert asks.get(ASKS_ONLY)
        assert not names.get(ASKS_ONLY)


class TestNames:
    def test_matters_and_laws_are_entities_with_their_ids(self, knowledge):
        [named] = NameExtractor(knowledge).process([message("全区能办居住证签注吗，民法典怎么说")])
        found = {(entity["entity"], entity["value"]) for entity in named.get(ENTITIES)}
        assert ("matter", "residence-permit-renewal") in found
        assert ("law", "民法典") in found

    def test_built_for_training_it_knows_no_names(self):
        [left] = NameExtractor.create({}, None, None, None).process([message("办居住证")])
        assert left.get(ENTITIES) is None


class TestRetriever:
    @pytest.fixture
    def hear(self, knowledge):
        def heard(text, intent=GUESS, **data):
            retriever = KnowledgeRetriever(knowledge, ArticleReader({"民法典": "民法典"}))
            [one] = retriever.process([message(text, intent, **data)])
            return one

        return heard

    def test_an_article_named_is_attached_and_makes_it_a_question(self, hear):
        one = hear("民法典第一千零七十九条", {"name": "choose", "confidence": 0.9})
        assert one.get(FOUND)["article"] == ["民法典", "1079"]
        assert one.get(INTENT)["name"] == "ask_knowledge"
        assert hear("离婚冷静期要多久").get(FOUND)["article"] is None

    def test_it_attaches_what_it_finds_and_the_tracker_keeps_it(self, hear):
        found = hear("离婚冷静期要多久").get(FOUND)
        named = {"entries", "sure", "matter", "matters", "guide", "bare", "asks_only", "article"}
        assert found.keys() == named
        assert found["entries"][0][0] == "marriage-divorce-cooling-off"
        assert FOUND in hear("离婚冷静期要多久").output_properties

    def test_what_it_knows_is_a_question_whatever_the_guess(self, hear):
        fallback = {"name": "nlu_fallback", "confidence": 0.3}
        assert hear("离婚冷静期是多久", fallback).get(INTENT)["name"] == "ask_knowledge"
        assert hear("我想给孩子申请公租房", fallback).get(INTENT)["name"] == "ask_guide"

    def test_for_whom_it_is_leaves_a_question_bare(self, hear):
        assert hear("帮我妈办居住证要带什么").get(FOUND)["bare"]
        assert not hear("护照要带什么").get(FOUND)["bare"]

    def test_too_much_and_nothing_at_all_are_told_apart(self, hear):
        assert hear("说" * 500, metadata={"too_long": True}).get(INTENT)["name"] == "too_long"
        assert hear("😀").get(INTENT)["name"] == "wordless"

    def test_a_tapped_button_needs_no_search(self, hear):
        assert hear('/choose{"item": "matter:x"}').get(FOUND) is None

    def test_built_for_training_it_lets_everything_be(self):
        retriever = KnowledgeRetriever.create({}, None, None, None)
        [left] = retriever.process([message("离婚冷静期是多久")])
        assert left.get(FOUND) is None
        assert left.get(INTENT) == GUESS
