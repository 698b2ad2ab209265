"""A form and its record: nothing gets lost on the way there and back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from console.editors import ENTRY, MATTER
from console.forms import blank, filled, shown
from console.posted import BadForm, Posted, number
from knowledge_base.entries import Entry
from knowledge_base.files import read
from knowledge_base.ids import new_id
from knowledge_base.model import Id

CONTENT = Path(__file__).parents[2] / "knowledge_base" / "content"


def _sent(values, prefix=""):
    """The pairs a browser would send for `values`."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _sent(value, f"{prefix}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for key, row in enumerate(value):
                yield from _sent(row, f"{prefix}{name}.{key}.")
        elif isinstance(value, list):
            yield prefix + name, "\r\n".join(value)
        elif value is not False:
            yield prefix + name, "1" if value is True else value.replace("\n", "\r\n")


def test_every_item_of_the_content_comes_back_as_it_went():
    content = read(CONTENT)
    items = [
        *((ENTRY, one) for some in content.entries.values() for one in some),
        *((MATTER, one) for some in content.matters.values() for one in some),
    ]
    assert len(items) > 100
    for editor, item in items:
        form = Posted.read(urlencode(list(_sent(shown(item)))).encode())
        assert editor.read(item.id, filled(editor.record, form)) == item, item.id


def test_a_new_form_has_every_field_the_page_draws():
    for editor in (ENTRY, MATTER):
        assert set(editor.labels) <= set(blank(editor.record))
        assert set(editor.record.__fields__) - set(editor.labels) <= {"id", "case_type"}


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=30)), max_size=8))
def test_what_a_browser_sends_is_read_in_order(pairs):
    try:
        sent = urlencode(pairs).encode()
    except UnicodeEncodeError:
        return  # half an emoji: no browser sends it
    assert Posted.read(sent).pairs == tuple(pairs)


@given(st.binary(max_size=40))
def test_no_body_breaks_the_reading(body):
    try:
        form = Posted.read(body)
    except BadForm:
        return
    filled(Entry, form)


@given(st.text(max_size=40))
def test_a_text_is_kept_but_for_its_edges_and_what_nobody_can_see(text):
    read_back = Posted((("answer", text),)).text("answer")
    assert "\r" not in read_back and "\x00" not in read_back
    assert read_back == read_back.strip()
    assert Posted((("answer", read_back),)).text("answer") == read_back


@given(st.text(max_size=200), st.sets(st.sampled_from(["labour-ma", "labour-ma-2", "labour"])))
def test_a_new_id_is_an_id_and_free(title, taken):
    id = new_id("labour", title, taken)
    assert id not in taken
    assert Id.regex.fullmatch(id) and len(id) <= Id.max_length


@given(st.text(max_size=30))
def test_a_number_is_never_an_error(text):
    assert number(text, 7) >= 0
