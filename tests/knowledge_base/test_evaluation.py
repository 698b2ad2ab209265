import pytest

from knowledge_base.encoder import installed
from knowledge_base.evaluation import evaluate

ENTRIES = [
    {"type": "kb", "id": 0, "question": "居住证丢了怎么办"},
    {"type": "kb", "id": 1, "question": "护照去哪里办"},
    {"type": "kb", "id": 1, "question": "在哪办护照"},
]


def test_the_report_counts_what_is_found():
    report = evaluate(
        [
            {"type": "query", "text": "居住证丢了", "gold": 0},
            {"kind": "trad", "text": "護照去哪裡辦", "gold": 1},
            {"kind": "trad", "text": "護照去哪裡辦", "gold": 0},
            *ENTRIES,
            {"type": "oos", "text": "西瓜甜不甜"},
        ]
    )
    assert report.kinds == {"query": 1.0, "trad": 0.5}
    assert report.top1 == pytest.approx(2 / 3)
    assert report.top5 == 1
    assert report.mrr10 == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert report.oos_auroc == 1
    assert 0 < report.p50_ms <= report.p95_ms
    assert report.build_s > 0
    assert report.encoder is None
    assert report.outcomes.false_answers == report.outcomes.false_offers == 0
    assert report.outcomes.answered + report.outcomes.offered == pytest.approx(2 / 3)


def test_with_an_encoder_the_report_says_which():
    encoder = installed()
    report = evaluate([*ENTRIES, {"type": "query", "text": "居住证丢了", "gold": 0}], encoder)
    assert (report.encoder, report.top1) == (encoder.name, 1)


def test_what_was_not_asked_is_none():
    report = evaluate(ENTRIES)
    assert (report.top1, report.oos_auroc, report.p95_ms, report.kinds) == (None, None, None, {})


def test_a_row_that_is_neither_entry_nor_question_is_an_error():
    with pytest.raises(ValueError, match="neither"):
        evaluate([{"q": "居住证", "expect_id": "a"}])
