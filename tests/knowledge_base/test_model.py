import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from records import days, entry

from knowledge_base.model import Dated, LawSource, OfficeSource


@given(st.none() | days, st.none() | days, days)
def test_a_record_holds_from_its_first_day_to_its_last_both_included(first, last, day):
    if first and last and last < first:
        first, last = last, first
    record = Dated(checked_on=day, valid_from=first, valid_until=last)
    assert record.holds_on(day) == ((first or day) <= day <= (last or day))
    assert record.expired_on(day) == (last is not None and day > last)


def test_a_record_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="有效期倒了"):
        Dated(checked_on=date(2026, 1, 1), valid_from=date(2026, 2, 1), valid_until="2026-01-31")


def test_a_record_of_a_single_day_holds_on_that_day_alone():
    day = date(2026, 11, 23)
    record = Dated(checked_on=day, valid_from=day, valid_until=day)
    around = [day + timedelta(days=step) for step in (-1, 0, 1)]
    assert [record.holds_on(one) for one in around] == [False, True, False]


@pytest.mark.parametrize("day", [20261123, "20261123", 1.5, "1e9", True, "2026年11月23日"])
def test_a_day_is_written_as_a_day_and_never_read_as_seconds(day):
    with pytest.raises(ValidationError):
        Dated(checked_on=day)


@given(st.text(max_size=80) | st.from_regex(r"[a-z0-9-]{1,70}\n?", fullmatch=True))
def test_an_id_is_lower_case_words_joined_by_hyphens_and_nothing_else(text):
    kept = text.strip()
    well_formed = re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", kept) and len(kept) <= 64
    try:
        assert entry(id=text, question="问").id == kept
    except ValidationError:
        assert not well_formed
    else:
        assert well_formed


def test_an_id_cannot_lead_a_dump_out_of_its_folder():
    with pytest.raises(ValidationError):
        entry(id="a/../../elsewhere")


@pytest.mark.parametrize("article", ["1079", "17之一", "133之十一"])
def test_an_article_is_its_number_in_digits(article):
    assert LawSource(law="刑法", article=article).article == article


@pytest.mark.parametrize("article", ["第1079条", "一千", "１０７９", "17之1", "17之", "", "10 79"])
def test_an_article_written_otherwise_is_refused(article):
    with pytest.raises(ValidationError):
        LawSource(law="民法典", article=article)


def test_a_record_cannot_be_changed_nor_hold_what_it_does_not_know():
    source = OfficeSource(office="福田区民政局")
    with pytest.raises(TypeError):
        source.office = "别的局"
    with pytest.raises(ValidationError):
        OfficeSource(office="福田区民政局", telephone="12345")
    with pytest.raises(ValidationError):
        OfficeSource(office="")
