"""What was encoded once is not encoded again, and questions are never kept."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa
from records import content, entry

from knowledge_base import vectors
from knowledge_base.live import Live
from knowledge_base.vectors import Memory


class Counting:
    """An encoder that knows a text by its characters and remembers what it was given."""

    name, size = "counting 1", 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts):
        self.encoded += texts
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % self.size] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=rows, where=lengths > 0)


@pytest.fixture
def encoder():
    return Counting()


def test_what_was_encoded_once_is_read_from_the_database(store, encoder):
    first = Memory(encoder, store).recall(["居住证", "身份证", "居住证"])
    again = Memory(encoder, store).recall(["身份证", "居住证"])
    assert encoder.encoded == ["居住证", "身份证"]
    assert first[[1, 0]] == pytest.approx(again, abs=1e-3)
    assert first == pytest.approx(encoder.encode(["居住证", "身份证", "居住证"]), abs=1e-3)


def test_another_encoder_has_vectors_of_its_own(store, encoder):
    Memory(encoder, store).recall(["居住证"])
    other = Counting()
    other.name = "counting 2"
    Memory(other, store).recall(["居住证"])
    assert other.encoded == ["居住证"]


def test_many_texts_wait_and_are_zeros_until_they_are_caught_up_with(store, encoder, monkeypatch):
    monkeypatch.setattr(vectors, "AT_ONCE", 1)
    memory = Memory(encoder, store)
    assert not memory.recall(["居住证", "身份证"]).any()
    assert (memory.waiting, encoder.encoded) == (2, [])
    memory.catch_up()
    assert memory.waiting == 0
    assert memory.recall(["居住证", "身份证"]).any(axis=1).all()


def test_two_processes_may_encode_the_same(store, encoder):
    one, other = Memory(encoder, store), Memory(encoder, store)
    store.keep_vectors(encoder.name, {"a": b"1"})
    store.keep_vectors(encoder.name, {"a": b"2", "b": b"3"})
    assert store.vectors(encoder.name, ["a", "b", "c"]) == {"a": b"1", "b": b"3"}
    assert one.recall(["居住证"]) == pytest.approx(other.recall(["居住证"]))


def test_a_restart_encodes_nothing_and_a_publish_only_what_is_new(store, encoder, now):
    store.load(content(entry("a"), entry("b")), now=now)
    before = Live(store, encoder).current()
    assert len(encoder.encoded) == 2
    live = Live(store, encoder)
    assert live.current().search.nearest("a要等多久", 2) == before.search.nearest("a要等多久", 2)
    said = len(encoder.encoded)
    store.save_draft("entry", "waiting", entry("c"), version=0, by="王芳", now=now)
    store.publish("entry", "c", version=1, by="王芳", now=now)
    live.current()
    assert encoder.encoded[said:] == ["c要等多久？"]


def test_what_citizens_ask_is_not_kept(store, engine, encoder, now):
    store.load(content(entry("a")), now=now)
    knowledge = Live(store, encoder).current()
    knowledge.search.find("我的孩子怎么上学")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM kb_vectors")).scalar_one() == 1


def test_an_entry_without_vectors_yet_is_found_by_its_letters(store, encoder, now, monkeypatch):
    monkeypatch.setattr(vectors, "AT_ONCE", 0)
    monkeypatch.setattr("knowledge_base.live._AT_FIRST", 0)
    store.load(content(entry("a", question="居住证怎么办"), entry("b")), now=now)
    live = Live(store, encoder)
    found = live.current().search.nearest("居住证咋办", 1)
    assert found[0].id == "a"
    assert live.settled().search.nearest("居住证咋办", 1)[0].signals["meaning"] > 0
    assert live.waiting == 0
