from __future__ import annotations

from pathlib import Path

import pytest

from booking.wording import BadWording, Wording, calendar_wording, message_wording

PLACES = {"hello": frozenset({"name"})}


def wording(tmp_path: Path, text: str) -> Wording:
    path = tmp_path / "said.yml"
    path.write_text(text, encoding="utf-8")
    return Wording(path, PLACES)


def test_the_sentences_that_ship_are_whole() -> None:
    assert "482915" in message_wording().say("code", {"code": "482915", "minutes": "5"})
    assert calendar_wording().say("summary", {"matter": "居住证申领"})


def test_a_sentence_is_filled_in(tmp_path: Path) -> None:
    assert wording(tmp_path, "hello: 您好，{name}").say("hello", {"name": "王芳"}) == "您好，王芳"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("other: 您好", "缺「hello」"),
        ("", "缺「hello」"),
        ("hello: 您好", "要填的地方应当正好是：{name}"),
        ("hello: 您好，{name}{phone}", "要填的地方应当正好是：{name}"),
        ("hello: '您好，{name'", "花括号不成对"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_refused_when_it_is_read(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(BadWording, match=why):
        wording(tmp_path, text)
