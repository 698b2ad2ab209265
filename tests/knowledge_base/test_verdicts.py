from __future__ import annotations

import pytest

from knowledge_base.verdicts import Verdicts, judge


def said(kind, id=None, reason=None, *offered):
    custom = {"kind": kind, "id": id, "sources": []} | ({"reason": reason} if reason else {})
    buttons = [{"payload": f'/choose{{"item": "entry:{one}"}}'} for one in offered]
    return [{"text": "……"}, {"custom": custom, "buttons": buttons}]


REFUSED = {"q": "我能赢吗", "expect_kind": "refuse", "expect_reason": "verdict"}
ARTICLE = {"q": "民法典第1079条", "expect_kind": "statute", "expect_id": "民法典:1079"}
ENTRY = {"q": "冷静期", "expect_id": "cooling-off"}
NOT_OURS = {"q": "天气", "expect_kind": "refuse"}


@pytest.mark.parametrize(
    ("row", "reply", "verdict"),
    [
        (REFUSED, said("refuse", None, "verdict"), "hit"),
        (REFUSED, said("refuse", None, "no_content"), "miss"),
        (REFUSED, said("refuse"), "miss"),
        (REFUSED, said("answer", "cooling-off"), "wrong"),
        (ARTICLE, said("statute", "民法典:1079"), "hit"),
        (ARTICLE, said("statute", "民法典:1080"), "wrong"),
        (ARTICLE, said("refuse", None, "no_content"), "miss"),
        (ENTRY, said("answer", "cooling-off"), "hit"),
        (ENTRY, said("suggest", None, None, "other", "cooling-off"), "offered"),
        (ENTRY, said("suggest", None, None, "other"), "miss"),
        (ENTRY, said("matter", "permit"), "wrong"),
        (NOT_OURS, said("refuse", None, "out_of_scope"), "hit"),
        (NOT_OURS, said("suggest", None, None, "other"), "miss"),
        (NOT_OURS, said("statute", "民法典:1079"), "wrong"),
    ],
)
def test_a_reply_is_judged_by_what_was_expected(row, reply, verdict):
    assert judge(row, reply) == verdict


def test_what_failed_is_kept_with_its_question():
    verdicts = Verdicts()
    verdicts.add(ENTRY, said("matter", "permit"))
    verdicts.add(ENTRY, said("answer", "cooling-off"))
    assert verdicts.counts == {"wrong": 1, "hit": 1}
    assert verdicts.failed == [("wrong", "冷静期")]
