"""Every law that the content cites is a provision in force on the day the test runs."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.files import Content, read
from knowledge_base.model import LawSource
from knowledge_base.statutes import NoProvision, Statutes

CONTENT = Path(__file__).parents[2] / "knowledge_base" / "content"
TOPICS = sorted(path.stem for path in (CONTENT / "qa").glob("*.yml"))
THEMES = sorted(path.name for path in (CONTENT / "matters").glob("*/"))


@pytest.fixture(scope="module")
def content() -> Content:
    return read(CONTENT)


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    return Statutes(CONTENT / "statutes.yml")


def wrong(cited: Iterator[tuple[str, object]], statutes: Statutes, day: date) -> Iterator[str]:
    for owner, source in cited:
        if not isinstance(source, LawSource):
            continue
        place = f"{owner}: {source.law} {source.article}"
        try:
            provision = statutes.provision(source.law, source.article, day)
        except NoProvision as refusal:
            yield f"{place}：{refusal}"
            continue
        if provision.law != source.law:
            yield f"{place}：法律名称请写「{provision.law}」"


@pytest.mark.parametrize("topic", TOPICS)
def test_entries_cite_provisions_in_force(content, statutes, topic):
    cited = ((entry.id, source) for entry in content.entries[topic] for source in entry.sources)
    assert list(wrong(cited, statutes, date.today())) == []


@pytest.mark.parametrize("theme", THEMES)
def test_matters_rest_on_provisions_in_force(content, statutes, theme):
    cited = ((matter.id, source) for matter in content.matters[theme] for source in matter.basis)
    assert list(wrong(cited, statutes, date.today())) == []
