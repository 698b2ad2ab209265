"""What the kiosk offers to ask is what 小福 can answer."""

from __future__ import annotations

import pytest

from bot.channels.kiosk.themes import read_themes

pytestmark = pytest.mark.conversation

THEMES = read_themes()


def test_one_screen_holds_four_themes_of_three():
    assert [len(theme.questions) for theme in THEMES] == [3, 3, 3, 3]


@pytest.mark.parametrize("question", [q for theme in THEMES for q in theme.questions])
def test_every_question_offered_to_start_from_is_answered(citizen, question):
    turn = citizen.say(question)
    assert turn.kind in ("answer", "matter", "booking") or (turn.kind == "clarify" and turn.id)
