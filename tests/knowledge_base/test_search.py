import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.encoder import installed
from knowledge_base.names import Names
from knowledge_base.search import FITTED, FLOOR, SHOWN, Document, Search, Thresholds, highest

DOCUMENTS = (
    Document(
        "permit-lost", ("居住证丢了怎么办", "居住证不见了"), "permit", answer="先挂失，再补领。"
    ),
    Document("permit-use", ("居住证有什么用",), "permit", answer="凭它办社保、上学。"),
    Document("passport-lost", ("护照丢了怎么办",), answer="先到派出所报失。"),
    Document("drain-permit", ("排污许可证变更要带什么",), "drain", answer="带原证和申请表。"),
    Document(
        "will", ("遗嘱怎么写才有效",), laws=frozenset({"民法典"}), answer="亲笔签名，写日期。"
    ),
    Document(
        "leak", ("信息泄露了找谁",), laws=frozenset({"个人信息保护法"}), answer="向网信投诉。"
    ),
    Document("dance", ("广场舞太吵找谁",), answer="打12345。"),
)
LEXICON = {
    "matters": {
        "permit": ("居住证",),
        "drain": ("排污许可证变更",),
        "water": ("取水许可证变更",),
    },
    "laws": {"民法典": ("民法典",), "个人信息保护法": ("个人信息保护法",), "刑法": ("刑法",)},
}


@pytest.fixture(scope="module")
def names():
    return Names(LEXICON)


@pytest.fixture(scope="module", params=[installed, lambda: None], ids=["encoder", "floor"])
def search(request, names):
    return Search(DOCUMENTS, names, encoder=request.param())


def ids(hits):
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    "said", ["护照丢了怎么办", "請問護照丟了怎麼辦？", "护照丢了怎么办呢，谢谢"]
)
def test_an_entrys_own_words_are_answered_for_certain(search, said):
    found = search.find(said)
    assert (found.outcome, found.hits[0].id, found.hits[0].score) == ("answer", "passport-lost", 1)


def test_what_speech_recognition_made_of_it_is_still_found(search):
    assert search.find("护照丢了咋么办").hits[0].id == "passport-lost"


def test_an_entry_is_found_by_words_of_its_answer(search):
    assert ids(search.nearest("要不要亲笔签名写日期", 1)) == ["will"]


@pytest.mark.parametrize("said", ["", "？", "\ud800", "哈密瓜甜不甜"])
def test_what_nothing_speaks_of_is_refused(search, said):
    found = search.find(said)
    assert (found.outcome, found.hits) == ("refuse", ())


def test_a_question_that_names_another_matter_is_never_answered_by_a_look_alike(search):
    found = search.find("取水许可证变更要带什么")
    assert found.named.matters == {"water"}
    assert "drain-permit" not in ids(found.hits)
    assert "drain-permit" in ids(found.vetoed)


def test_a_question_that_names_a_law_gets_nothing_that_rests_on_another(search):
    found = search.find("刑法里遗嘱怎么写才有效")
    assert "will" not in ids(found.hits)
    assert "will" in ids(found.vetoed)
    assert search.find("民法典里遗嘱怎么写才有效").hits[0].id == "will"


def test_the_veto_leaves_what_is_about_no_matter(search):
    assert "passport-lost" in ids(search.find("居住证和护照丢了怎么办").hits)


def test_of_two_entries_as_near_as_each_other_the_citizen_chooses(names):
    twins = (Document("a", ("社保卡补办",)), Document("b", ("社保卡补办",)))
    found = Search(twins, names).find("社保卡补办")
    assert (found.outcome, ids(found.hits)) == ("suggest", ["a", "b"])


def test_an_answer_must_be_clearly_ahead(names):
    rivals = (Document("home", ("身份证在家丢了",)), Document("away", ("身份证在外丢了",)))
    close = Thresholds(answer=0.1, offer=0.05, margin=0.3)
    assert Search(rivals, names, close).find("身份证丢了").outcome == "suggest"
    assert Search(rivals[:1], names, close).find("身份证丢了").outcome == "answer"


def test_a_hit_shows_the_nearest_phrasing_and_how_each_signal_sees_it(search):
    hit = search.find("居住证不见了咋办").hits[0]
    assert hit.phrasing == "居住证不见了"
    assert set(hit.signals) >= {"letters", "sounds"}


def test_a_question_in_other_words_is_found_by_its_meaning(names):
    documents = (
        Document("wage", ("老板拖欠工资怎么办",)),
        Document("leak", ("楼上漏水谁来赔",)),
        Document("lift", ("旧楼加装电梯有人反对",)),
    )
    asked = "公司好几个月没发薪水了"
    without, found = (Search(documents, names, encoder=one) for one in (None, installed()))
    assert ids(without.nearest(asked, 1)) != ["wage"]
    assert ids(found.nearest(asked, 1)) == ["wage"]
    assert found.nearest(asked, 1)[0].signals["meaning"] > 0.5


def test_entries_without_vectors_yet_are_found_and_judged_without_the_encoder(names):
    encoder = installed()

    def recall(texts):
        return np.zeros((len(texts), encoder.size), dtype=np.float32)

    waiting = Search(DOCUMENTS, names, encoder=encoder, recall=recall)
    weighed = waiting.weigh("居住证不见了咋办")
    assert weighed.near[0].id == "permit-lost"
    assert "meaning" not in weighed.near[0].signals
    assert weighed.answers_from == FLOOR.answers_from(len(weighed.question))


def test_a_question_typed_in_pinyin_is_read_in_characters(search):
    found = search.find("juzhuzheng diu le zenme ban")
    assert (found.outcome, found.hits[0].id) == ("answer", "permit-lost")
    assert found.named.matters == {"permit"}


def test_whether_it_ends_in_a_question_word_makes_no_difference(search):
    assert search.find("居住证丢了怎么办吗") == search.find("居住证丢了怎么办")


def test_a_short_question_must_come_nearer():
    assert FITTED.answers_from(5) > FITTED.answers_from(20) > FITTED.offers_from(20)
    assert FLOOR.outcome([0.35], length=20) == "answer"
    assert FLOOR.outcome([0.35], length=5) == "suggest"
    assert FITTED.outcome([1.0], length=1) == "answer"


def test_a_single_word_is_offered_what_speaks_of_it_and_never_answered():
    assert FITTED.outcome([0.6, 0.2], length=2) == "suggest"
    assert FITTED.outcome([0.3], length=2) == "refuse"


@given(st.lists(st.floats(0, 1), max_size=4), st.integers(1, 60))
def test_what_is_answered_would_be_offered_too(scores, length):
    scores = sorted(scores, reverse=True)
    for thresholds in (FITTED, FLOOR):
        outcome = thresholds.outcome(scores, length)
        if not scores or scores[0] < thresholds.offers_from(length):
            assert outcome == "refuse"
        else:
            assert outcome in ("answer", "suggest")


def test_what_is_as_near_as_the_best_is_offered_with_it():
    enough = FITTED.offers_from(10)
    assert FITTED.offers_beside(enough, 10) < enough
    assert FITTED.offers_beside(0.9, 10) == enough
    assert FITTED.offers_beside(0.99 * enough, 10) == enough  # nothing is offered at all


def test_all_that_was_weighed_can_be_looked_at(search):
    weighed = search.weigh("取水许可证变更要带什么", limit=10)
    assert weighed.found == search.find("取水许可证变更要带什么")
    assert ids(weighed.vetoed)[0] == "drain-permit"
    assert not {*ids(weighed.near)} & {*ids(weighed.vetoed)}
    assert len(weighed.near) + len(weighed.vetoed) == len(DOCUMENTS)
    assert 0 < weighed.offers_from < weighed.answers_from < 1


def test_a_search_over_nothing_refuses(names):
    assert Search((), names).find("居住证").outcome == "refuse"


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from([*"居住证护照丢了民法典刑排污取水许可变更？ 吵", "遗嘱"]), max_size=15)
)
def test_hits_are_few_ordered_offered_and_never_vetoed(search, characters):
    found = search.find("".join(characters))
    scores = [hit.score for hit in found.hits]
    assert len(scores) <= SHOWN
    assert scores == sorted(scores, reverse=True)
    assert all(score <= 1 for score in scores)
    assert not scores or scores[0] >= search.thresholds.offer - 1e-9
    assert (found.outcome == "refuse") == (not scores)
    assert not {*ids(found.hits)} & {*ids(found.vetoed)}
    about = {document.id: document.matter for document in DOCUMENTS}
    if found.named.matters:
        assert {about[id] for id in ids(found.hits)} <= found.named.matters | {None}


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), max_size=12),
    st.integers(1, 15),
)
def test_the_highest_are_best_first_and_the_earlier_of_equals(some, limit):
    scores = np.array([score for score, _ in some])
    selected = np.array([chosen for _, chosen in some], dtype=bool)
    ranked = sorted(np.flatnonzero(selected), key=lambda place: (-scores[place], place))
    assert highest(scores, selected, limit) == ranked[:limit]
