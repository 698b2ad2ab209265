"""An answer bound to a matter is spoken as the matter stands."""

from __future__ import annotations

from trackers import NOW, entry, heard

from actions.answers import Answer
from knowledge_base.bindings import UNKNOWN
from knowledge_base.matters import Days

BOUND = entry(
    "how-long",
    "社保卡几天能拿到？",
    answer="{{matter.card.promised}}，{{matter.card.fee}}。",
    matter="card",
)
FOUND = {"entries": [["how-long", 0.9]], "sure": True}


def publish(whole, kind, shelf, item):
    store = whole.knowledge_store
    known = store.get(kind, item.id)
    version = known.version if known else 0
    drafted = store.save_draft(kind, shelf, item, version=version, by="林晓", now=NOW)
    store.publish(kind, item.id, version=drafted.version, by="林晓", now=NOW)


def say(whole, dispatcher):
    dispatcher.messages.clear()
    Answer(whole).run(dispatcher, heard("社保卡几天能拿到", "ask_knowledge", found=FOUND), {})
    return dispatcher.messages[-1]


def test_the_text_and_the_card_say_what_the_matter_says_now(whole, dispatcher):
    publish(whole, "entry", "law", BOUND)
    message = say(whole, dispatcher)
    assert message["answer"] == "承诺 10 个工作日内办好，不收费。"
    assert message["custom"]["card"]["body"] == message["answer"]

    card = whole.knowledge.current().matters["card"]
    publish(whole, "matter", "residence", card.copy(update={"promised": Days(days=3)}))
    message = say(whole, dispatcher)
    assert message["answer"] == "承诺 3 个工作日内办好，不收费。"
    assert message["custom"]["card"]["body"] == message["answer"]


def test_numbers_that_are_not_verified_say_so(whole, dispatcher):
    publish(whole, "entry", "law", BOUND)
    assert "notice" not in say(whole, dispatcher)["custom"]["card"]
    card = whole.knowledge.current().matters["card"]
    publish(whole, "matter", "residence", card.copy(update={"sample": True}))
    message = say(whole, dispatcher)
    assert message["custom"]["card"]["notice"] == "以广东政务服务网公布为准"
    assert "以广东政务服务网公布为准" in message["source"]


def test_a_matter_that_is_suspended_lends_no_number(whole, dispatcher):
    publish(whole, "entry", "law", BOUND)
    card = whole.knowledge.current().matters["card"]
    publish(whole, "matter", "residence", card.copy(update={"status": "挂起"}))
    assert say(whole, dispatcher)["answer"] == f"{UNKNOWN}，{UNKNOWN}。"
