import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.asking import (
    SHOWN,
    VERBATIM,
    AnswerEntry,
    AnswerMatter,
    AskWhichMatter,
    Heard,
    Near,
    Offer,
    Refuse,
    TellArticle,
    decide,
)

ENTRY, OTHER, FAR = Near("entry", 0.8), Near("other", 0.6), Near("far", 0.2)
SPELT = Near("spelt", 1.0)
ARTICLE = ("民法典", "1079")
PERMIT, CARD, NEXT = Near("permit", 1.0), Near("card", 0.7), Near("next", 0.5)
DIM = Near("dim", 0.1)
FOUR = (ENTRY, OTHER, Near("third", 0.55), Near("fourth", 0.5))

nears = st.builds(Near, st.sampled_from("abcdef"), st.floats(0, 1))
several = st.lists(nears, max_size=5, unique_by=lambda near: near.id).map(
    lambda some: tuple(sorted(some, key=lambda near: -near.score))
)
anything = st.builds(
    Heard,
    field=st.none() | st.sampled_from(["guide", "materials", "fee"]),
    sure=st.booleans(),
    entries=several,
    matter=st.none() | nears,
    matters=several,
    bare=st.booleans(),
    off_topic=st.booleans(),
    article=st.none() | st.just(ARTICLE),
    beyond=st.none() | st.sampled_from(["verdict", "own_records"]),
)
remembered = st.none() | st.just("remembered")


@pytest.mark.parametrize(
    ("heard", "decision"),
    [
        (Heard("materials", False, matter=PERMIT), AnswerMatter(PERMIT, "materials")),
        (Heard("fee", True, (ENTRY,), PERMIT), AnswerEntry(ENTRY)),
        (Heard("fee", False, (ENTRY,), PERMIT, bare=True), AnswerMatter(PERMIT, "fee")),
        (Heard(None, True, (ENTRY, OTHER)), AnswerEntry(ENTRY)),
        (Heard(None, False, matter=PERMIT, bare=True), AnswerMatter(PERMIT, "guide")),
        (Heard(None, False, (ENTRY, OTHER)), Offer((), (ENTRY, OTHER))),
        (Heard("fee", False, matters=(PERMIT, CARD)), Offer((PERMIT, CARD))),
        (Heard(None, False, (ENTRY, OTHER), PERMIT), Offer((PERMIT,), (ENTRY, OTHER))),
        # what sounds off topic is refused, unless something comes nearer than to most of that
        (Heard(None, False, (DIM,), matters=(CARD,), off_topic=True), Refuse("no_content")),
        (Heard(None, False, (FAR,), off_topic=True), Offer((), (FAR,))),
        (Heard(None, False, matters=(CARD,), guide=0.2, off_topic=True), Offer((CARD,))),
        # the nearest are offered, be they matters or entries, and at least one of each
        (Heard(None, False, (ENTRY, FAR), matters=(CARD, NEXT)), Offer((CARD, NEXT), (ENTRY, FAR))),
        (Heard(None, False, FOUR, matters=(CARD, DIM)), Offer((CARD,), FOUR[:3])),
        (Heard(None, False, (FAR,), matters=FOUR), Offer(FOUR[:3], (FAR,))),
        (Heard(None, False), Refuse("no_content")),
        (Heard("fee", False), Refuse("no_content")),
        # an article named is shown, with what may explain it, whatever else comes near
        (Heard(None, True, (ENTRY,), article=ARTICLE), TellArticle(*ARTICLE, (ENTRY,))),
        (Heard(None, False, matter=PERMIT, article=ARTICLE), TellArticle(*ARTICLE)),
        (Heard(None, True, (SPELT,), article=ARTICLE), AnswerEntry(SPELT)),
        # how a case ends is not said, however sure an entry; the rule is offered
        (Heard(None, True, (ENTRY, FAR), beyond="verdict"), Refuse("verdict", (ENTRY, FAR))),
        (Heard(None, True, (SPELT,), beyond="verdict"), AnswerEntry(SPELT)),
        # what stands in a file is not said; the way to it is, when it is surely that
        (Heard(None, True, (FAR,), PERMIT, beyond="own_records"), Refuse("own_records", (FAR,))),
        (Heard(None, False, (ENTRY, FAR), beyond="own_records"), Refuse("own_records", (ENTRY,))),
    ],
)
def test_what_is_heard_decides_what_is_said(heard, decision):
    assert decide(heard, None) == decision


def test_a_bare_question_is_about_the_matter_talked_about():
    heard = Heard("fee", False, bare=True)
    assert decide(heard, "permit") == AnswerMatter(Near("permit", 1.0), "fee")
    assert decide(heard, None) == AskWhichMatter()


@pytest.mark.parametrize(
    ("score", "decision"), [(0.5, AskWhichMatter()), (0.8, Offer((), (ENTRY,)))]
)
def test_words_that_ask_of_any_matter_are_no_entrys_unless_all_but_said(score, decision):
    near = (Near("entry", score),)
    assert decide(Heard("materials", False, near, bare=True, asks_only=True), None) == decision


def test_what_nothing_fits_is_refused_for_the_reason_given():
    assert decide(Heard(None, False), None, "too_long") == Refuse("too_long")


@given(anything, remembered)
def test_an_entrys_own_words_get_that_entry_whatever_else_is_heard(heard, last):
    if heard.entries and heard.entries[0].score >= VERBATIM:
        assert decide(heard, last) == AnswerEntry(heard.entries[0])


@given(anything, remembered)
def test_nothing_is_answered_that_was_not_heard_or_remembered(heard, last):
    match decide(heard, last):
        case AnswerEntry(entry):
            assert entry == heard.entries[0]
            assert heard.sure or entry.score >= VERBATIM
        case AnswerMatter(matter, field):
            assert matter == heard.matter or (last and matter.id == last and heard.bare)
            assert field == (heard.field or "guide")
        case Offer(matters, entries):
            assert 1 <= len(matters) + len(entries) <= SHOWN
            assert set(entries) <= set(heard.entries)
            assert set(matters) <= {*heard.matters, heard.matter}
            assert bool(entries) == bool(heard.entries)
            assert bool(matters) == bool(heard.matter or heard.matters)
        case AskWhichMatter():
            assert heard.field and heard.bare and not last
        case TellArticle(law, article, entries):
            assert (law, article) == heard.article
            assert entries == heard.entries
        case Refuse("no_content"):
            assert heard.off_topic or not (heard.matter or heard.matters or heard.entries)
        case Refuse(reason, entries):
            assert reason == heard.beyond
            assert set(entries) <= set(heard.entries)


@given(anything, remembered)
def test_a_matter_named_beyond_doubt_is_never_refused_nor_asked_for(heard, last):
    if heard.matter and not heard.off_topic and not heard.beyond:
        assert not isinstance(decide(heard, last), Refuse | AskWhichMatter)
