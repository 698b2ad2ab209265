"""What the audits tell of the content that git carries, on the day the test runs."""

from datetime import date

import pytest

from knowledge_base import entry_audit, matter_audit
from knowledge_base.files import Content
from knowledge_base.findings import Finding
from knowledge_base.matters import Matter
from knowledge_base.statutes import Statutes


@pytest.fixture(scope="module")
def statutes(content_folder) -> Statutes:
    return Statutes(content_folder / "statutes.yml")


def by_id(content: Content) -> dict[str, Matter]:
    return {matter.id: matter for shelf in content.matters.values() for matter in shelf}


def errors(found: list[Finding]) -> list[str]:
    return [str(one) for one in found if one.weight == "error"]


def test_no_entry_cites_or_says_what_is_not_so(real_content: Content, statutes: Statutes):
    entries = [entry for shelf in real_content.entries.values() for entry in shelf]
    places = {place.id: place.name for place in real_content.places}
    found = entry_audit.audit(entries, by_id(real_content), places, statutes, date.today())
    assert errors(found) == []


def test_no_guide_contradicts_itself_or_the_law(real_content: Content, statutes: Statutes):
    matters = by_id(real_content).values()
    assert errors(matter_audit.audit(matters, statutes, date.today())) == []
