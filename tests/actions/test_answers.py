"""What a message gets, said to the real services as Rasa would say it."""

from __future__ import annotations

import pytest
from trackers import bot, heard, slots, user

from actions.answers import Answer

NEAR = {"entries": [["cooling-off", 0.3], ["about-card", 0.2]], "sure": False}
NAMED = {"matter": [["permit", 1.0]], "bare": True}


@pytest.fixture
def answer(whole, dispatcher):
    """Say it; returns the decision, the words' name, and the slots."""

    def said(*args, **rest):
        events = Answer(whole).run(dispatcher, heard(*args, **rest), {})
        if not dispatcher.messages:
            return None, None, events
        message = dispatcher.messages[-1]
        return message["custom"], message["response"], slots(events)

    return said


def buttons(dispatcher):
    return [button["title"] for button in dispatcher.messages[-1]["buttons"]]


def test_a_sure_entry_is_answered_with_its_sources(answer, dispatcher):
    found = {"entries": [["cooling-off", 0.6]], "sure": True}
    decision, response, _ = answer("离婚要等多久", "ask_knowledge", found=found)
    assert response == "utter_entry"
    assert decision["kind"] == "answer"
    assert decision["id"] == "cooling-off"
    assert decision["score"] == 0.6
    assert decision["sources"] == [{"law": "民法典", "article": "1077", "checked_on": "2026-11-20"}]
    assert "《民法典》第1077条" in dispatcher.messages[-1]["source"]


def test_an_entry_about_a_matter_leads_to_it(answer, dispatcher):
    found = {"entries": [["about-card", 0.9]], "sure": True}
    _, _, kept = answer("社保卡能干嘛", "ask_knowledge", found=found)
    assert kept["matter"] == "card"
    assert "以广东政务服务网公布为准" in dispatcher.messages[-1]["source"]
    assert len(buttons(dispatcher)) == 1


def test_what_is_no_longer_true_is_not_told(answer):
    found = {"entries": [["old-rule", 1.0]], "sure": True}
    decision, response, _ = answer("以前的规矩是什么", "ask_knowledge", found=found)
    assert (decision["kind"], response) == ("refuse", "utter_entry_expired")
    assert decision["reason"] == "expired"


@pytest.mark.parametrize(
    ("text", "intent", "known"),
    [
        ('/choose{"item": "matter:past"}', "choose", {}),
        ('/choose{"item": "matter:past#fee"}', "choose", {}),
        ("那要多少钱", "ask_fee", {"matter": "past", "matter_age": 1}),
    ],
)
def test_an_expired_matter_is_not_told_on_any_way_to_it(answer, text, intent, known):
    decision, response, _ = answer(text, intent, found={"bare": True}, **known)
    assert (decision["kind"], decision["reason"]) == ("refuse", "expired")
    assert response == "utter_matter_expired"


def test_what_expired_is_not_offered(answer, dispatcher):
    found = {"entries": [["old-rule", 0.5], ["cooling-off", 0.3]], "matters": [["past", 0.5]]}
    answer("以前离婚要等吗", "ask_knowledge", found=found)
    assert buttons(dispatcher) == ["离婚冷静期是多久？"]
    only = {"entries": [["old-rule", 0.5]], "matters": [["paused", 0.3]]}
    decision, _, _ = answer("以前怎么规定的", "ask_knowledge", found=only)
    assert (decision["kind"], decision["reason"]) == ("refuse", "no_content")


@pytest.mark.parametrize(
    ("id", "response"), [("paused", "utter_matter_suspended"), ("past", "utter_matter_expired")]
)
def test_a_matter_that_is_not_handled_today_is_not_told(answer, id, response):
    found = {"matter": [[id, 1.0]], "bare": True}
    decision, said, _ = answer("要带什么", "ask_materials", found=found)
    assert (decision["kind"], said) == ("refuse", response)


@pytest.mark.parametrize(
    "said",
    [
        ("还有这条吗", "ask_knowledge", {"entries": [["gone", 0.9]], "sure": True}),
        ('/choose{"item": "entry:gone"}', "choose", {}),
        ('/choose{"item": "matter:gone"}', "choose", {}),
        ('/choose{"item": "matter:gone#fee"}', "choose", {}),
    ],
)
def test_what_was_retired_meanwhile_is_said_to_be_gone(answer, said):
    text, intent, found = said
    decision, response, _ = answer(text, intent, found=found)
    assert (decision["kind"], response) == ("refuse", "utter_refuse_withdrawn")
    assert decision["reason"] == decision["card"]["reason"] == "withdrawn"


def test_what_begins_on_a_later_day_is_not_told_yet(answer):
    decision, response, _ = answer('/choose{"item": "entry:new-rule"}', "choose")
    assert (decision["reason"], response) == ("withdrawn", "utter_refuse_withdrawn")


def test_near_ones_are_offered_and_kept_in_order(answer, dispatcher):
    decision, response, kept = answer("要冷静多久", "ask_knowledge", found=NEAR)
    assert (decision["kind"], response) == ("suggest", "utter_suggest")
    assert buttons(dispatcher) == ["离婚冷静期是多久？", "社保卡有什么用？"]
    assert kept["offered"][0] == '/choose{"item": "entry:cooling-off"}'


def test_a_single_near_one_is_asked_for_by_name(answer, dispatcher):
    found = {"entries": [["cooling-off", 0.3]]}
    _, response, _ = answer("要冷静多久", "ask_knowledge", found=found)
    assert response == "utter_suggest_one"
    assert dispatcher.messages[-1]["title"] == "离婚冷静期是多久？"


@pytest.mark.parametrize(("score", "kind"), [(0.15, "refuse"), (0.3, "suggest")])
def test_what_sounds_off_topic_is_offered_only_what_comes_very_near(answer, score, kind):
    found = {"entries": [["cooling-off", score]], "sure": False}
    decision, response, _ = answer("猫要冷静多久", "out_of_scope", found=found)
    assert decision["kind"] == kind
    assert response == ("utter_refuse_out_of_scope" if kind == "refuse" else "utter_suggest_one")


@pytest.mark.parametrize(
    ("text", "intent", "response", "kept"),
    [
        ("量子电脑怎么修", "ask_knowledge", "utter_refuse_no_content", True),
        ("今天吃什么好", "out_of_scope", "utter_refuse_out_of_scope", True),
        ("啊", "nlu_fallback", "utter_refuse_unclear", False),
        ("□", "wordless", "utter_refuse_unclear", False),
        ("我想问很多很多", "too_long", "utter_refuse_too_long", False),
        ("后天下午", "inform", "utter_refuse_unclear", False),
    ],
)
def test_what_nothing_fits_is_refused_and_kept_when_staff_can_help(
    answer, whole, text, intent, response, kept
):
    decision, said, _ = answer(text, intent)
    assert (decision["kind"], said) == ("refuse", response)
    assert decision["card"]["ways"]
    assert (
        decision["reason"] == decision["card"]["reason"] == response.removeprefix("utter_refuse_")
    )
    questions = [question for _, question in whole.knowledge_store.unanswered()]
    assert questions == ([text] if kept else [])


@pytest.mark.parametrize("intent", ["too_long", "wordless"])
def test_what_cannot_be_read_is_not_answered_from_what_was_found_in_it(answer, intent):
    found = {"entries": [["cooling-off", 1.0]], "sure": True}
    assert answer("……", intent, found=found)[0]["kind"] == "refuse"


def test_a_matter_is_remembered_with_field_and_case(answer):
    found = {"matter": [["permit", 1.0]], "bare": False}
    decision, _, kept = answer("我替我妈首次办居住证要多久", "ask_duration", found=found)
    assert decision["id"] == "permit"
    assert (kept["matter"], kept["field"]) == ("permit", "duration")
    assert kept["case"] == {"情形": "首次", "办理人": "代办"}


def test_forks_are_asked_for_one_after_the_other_and_only_for_the_checklist(answer, dispatcher):
    decision, response, kept = answer("办居住证要带什么", "ask_materials", found=NAMED)
    assert (decision["kind"], response) == ("clarify", "utter_matter_fork")
    assert buttons(dispatcher) == ["首次", "变更", "说不准"]  # 前置 changes nothing: not asked
    before = [user(), bot("clarify", "permit")]
    kept |= {"matter_age": 0}
    decision, response, kept = answer("变更", "inform", before=before, **kept)
    assert buttons(dispatcher) == ["本人", "代办", "说不准"]
    decision, response, _ = answer("自己去", "inform", before=before, **kept)
    assert (decision["kind"], response) == ("matter", "utter_matter_materials")
    assert [item["name"] for item in decision["card"]["checklist"]] == ["身份证", "变更证明"]


def test_a_button_of_long_ago_still_tells_its_case(answer):
    tapped = '/choose{"item": "matter:permit", "fork": "情形", "option": "变更"}'
    decision, _, kept = answer(tapped, "choose", matter="card", case={"情形": "首次"})
    assert decision["id"] == "permit"
    assert kept["case"] == {"情形": "变更"}


def test_an_answer_that_fits_nothing_is_asked_again(answer):
    before = [user(), bot("clarify", "permit")]
    offered = ['/choose{"item": "matter:permit", "fork": "情形", "option": "首次"}']
    known = {"matter": "permit", "matter_age": 0, "offered": offered}
    decision, response, _ = answer("我姓陈", "inform", before=before, **known)
    assert (decision["kind"], response) == ("clarify", "utter_matter_fork_again")


def test_a_bare_question_is_about_the_matter_talked_about(answer):
    known = {"matter": "permit", "matter_age": 1}
    decision, response, _ = answer("要多少钱", "ask_fee", found={"bare": True}, **known)
    assert (decision["id"], response) == ("permit", "utter_matter_fee_free")


def test_a_question_that_names_something_else_is_not(answer):
    known = {"matter": "permit", "matter_age": 1}
    decision, _, _ = answer("护照要多少钱", "ask_fee", found={"bare": False}, **known)
    assert (decision["kind"], decision["id"]) == ("refuse", None)


def test_without_a_matter_it_is_asked_which_and_the_field_is_taken_up(answer):
    decision, response, kept = answer("要多少钱", "ask_fee", found={"bare": True})
    assert (decision["kind"], response) == ("clarify", "utter_which_matter")
    before = [user(), bot("clarify")]
    found = {"matter": [["card", 1.0]], "bare": True}
    _, response, _ = answer("社保卡", "ask_guide", before=before, found=found, **kept)
    assert response == "utter_matter_fee_free"


def test_the_same_is_asked_of_another_matter(answer):
    found = {"matter": [["card", 1.0]], "bare": True}
    known = {"matter": "permit", "matter_age": 0, "field": "fee"}
    decision, response, _ = answer("社保卡呢？", "ask_guide", found=found, **known)
    assert (decision["id"], response) == ("card", "utter_matter_fee_free")


def test_among_matters_offered_a_few_words_pick_one(answer):
    offered = ['/choose{"item": "matter:permit"}', '/choose{"item": "matter:card"}']
    before = [user(), bot("clarify")]
    known = {"offered": offered, "field": "duration"}
    decision, response, _ = answer("要社保卡的", "ask_guide", before=before, **known)
    assert (decision["id"], response) == ("card", "utter_matter_duration")


class TestLaw:
    def test_an_article_named_is_shown_with_the_entries_that_explain_it(self, answer, dispatcher):
        found = {**NEAR, "article": ["民法典", "1077"]}
        decision, response, _ = answer("民法典第1077条", "ask_knowledge", found=found)
        assert (decision["kind"], decision["id"]) == ("statute", "民法典:1077")
        assert response == "utter_statute"
        assert "三十日" in decision["sources"][0]["text"]
        assert "离婚冷静期是多久？" in buttons(dispatcher)

    def test_a_number_alone_is_of_the_law_shown_before(self, answer):
        before = [user("民法典第1079条"), bot("statute", "民法典:1079")]
        decision, _, _ = answer("那第1080条呢", "inform", before=before)
        assert decision["id"] == "民法典:1080"
        decision, _, _ = answer("那第1080条呢", "inform")
        assert decision["kind"] == "refuse"

    def test_no_verdict_on_a_case_but_the_rules_and_who_helps(self, answer, dispatcher):
        found = {"entries": [["cooling-off", 0.8], ["old-rule", 0.5]], "sure": True}
        decision, response, _ = answer("法院会判我们离吗", "ask_verdict", found=found)
        assert (decision["kind"], decision["reason"]) == ("refuse", "verdict")
        assert response == "utter_refuse_verdict_rules"
        assert buttons(dispatcher) == ["离婚冷静期是多久？"]
        assert decision["card"]["ways"][0]["name"] == "12348"

    def test_a_verdict_on_nothing_in_particular_offers_no_rule(self, answer, dispatcher):
        _, response, _ = answer("我能赢吗", "ask_verdict", found=NEAR)
        assert response == "utter_refuse_verdict"
        assert buttons(dispatcher) == []

    def test_ones_own_records_are_not_known_but_where_to_look(self, answer, whole):
        decision, response, _ = answer("我的社保交了几个月", "ask_own_records", found=NEAR)
        assert (decision["kind"], decision["reason"]) == ("refuse", "own_records")
        assert response == "utter_refuse_own_records_social"
        assert "12333" in [way["name"] for way in decision["card"]["ways"]]
        assert whole.knowledge_store.unanswered() == []


class TestArticlesWhereNothingIsKnown:
    ASKED = "宅基地使用权可以抵押吗"

    @pytest.fixture
    def ready(self, whole):
        assert whole.statute_search.wait(30)

    def test_they_are_shown_as_what_may_bear_on_it_and_staff_get_the_question(
        self, ready, answer, dispatcher, whole
    ):
        decision, response, kept = answer(self.ASKED, "ask_knowledge")
        assert (decision["kind"], decision["reason"]) == ("refuse", "no_content")
        assert response == "utter_refuse_no_content_articles"
        laws = {(one["law"], one["article"]) for one in decision["card"]["articles"]}
        assert ("民法典", "399") in laws
        assert "《民法典》第399条" in dispatcher.messages[-1]["articles"]
        assert "民法典第399条" in kept["offered"]
        assert [question for _, question in whole.knowledge_store.unanswered()] == [self.ASKED]

    @pytest.mark.parametrize(
        ("text", "intent"),
        [("今天吃什么好", "out_of_scope"), ("离婚", "inform"), ("量子电脑怎么修", "nlu_fallback")],
    )
    def test_not_for_what_is_no_question_of_law(self, ready, answer, text, intent):
        decision, _, _ = answer(text, intent)
        assert decision["kind"] == "refuse"
        assert "articles" not in decision["card"]

    def test_they_are_shown_when_nothing_offered_was_it(self, ready, answer, whole):
        before = [user(self.ASKED), bot("suggest")]
        offered = list(TestYesAndNo.OFFERED)
        decision, response, _ = answer("都不是", "deny", before=before, offered=offered)
        assert (decision["reason"], response) == ("no_content", "utter_refuse_no_content_articles")
        assert [question for _, question in whole.knowledge_store.unanswered()] == [self.ASKED]

    def test_nobody_waits_while_the_index_is_built(self, answer):
        _, response, _ = answer(self.ASKED, "ask_knowledge")
        assert response == "utter_refuse_no_content"


class TestYesAndNo:
    OFFERED = ('/choose{"item": "entry:cooling-off"}', '/choose{"item": "entry:about-card"}')

    def test_said_to_nothing_they_are_small_talk(self, answer):
        assert answer("好的", "affirm")[1] == "utter_affirm"
        assert answer("不是", "deny")[1] == "utter_deny"

    def test_yes_to_the_only_one_offered_takes_it(self, answer):
        before = [user("要冷静多久"), bot("suggest")]
        decision, _, _ = answer("是的", "affirm", before=before, offered=self.OFFERED[:1])
        assert decision["id"] == "cooling-off"

    def test_yes_to_several_asks_which(self, answer):
        before = [user("要冷静多久"), bot("suggest")]
        _, response, kept = answer("是的", "affirm", before=before, offered=list(self.OFFERED))
        assert response == "utter_which_one"
        assert kept["offered"] == list(self.OFFERED)

    def test_no_to_all_keeps_the_question_for_staff(self, answer, whole):
        before = [user("要冷静多久"), bot("suggest")]
        decision, response, _ = answer("都不是", "deny", before=before, offered=[*self.OFFERED])
        assert (decision["kind"], response) == ("refuse", "utter_none_of_these")
        assert [question for _, question in whole.knowledge_store.unanswered()] == ["要冷静多久"]

    def test_yes_to_a_session_begins_the_booking(self, answer):
        before = [user("能视频办吗"), bot("matter", "card")]
        decision, _, events = answer("好的", "affirm", before=before, field="video", matter="card")
        assert decision is None  # the form asks, and decides
        assert slots(events)["session_matter"] == "card"
        assert any(event["event"] == "followup" for event in events)
