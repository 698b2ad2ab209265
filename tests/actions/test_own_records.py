from __future__ import annotations

import pytest

from actions.own_records import WAYS, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("我的社保交了几个月", "social"),
        ("我爸的退休金发了没", "social"),
        ("我的医保余额", "medical"),
        ("我公积金还有多少", "fund"),
        ("我的案件进度", "court"),
        ("我的驾照还剩多少分", "traffic"),
        ("我今年交了多少个税", "tax"),
        ("我的积分多少", "application"),
        ("我的居住证办好了没有", "application"),
    ],
)
def test_where_to_look_depends_on_whose_record_it_is(question, kind):
    assert kind_of(question) == kind


def test_every_kind_has_its_words_and_its_ways(responses):
    for kind, ways in WAYS.items():
        text = responses[f"utter_refuse_own_records_{kind}"]
        assert any(way["name"] in text for way in ways)
