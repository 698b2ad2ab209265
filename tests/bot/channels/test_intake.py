"""The door for citizens' words: what Rasa is given, and what a citizen gets when she fails."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.channels.intake import TEXT_LIMIT, take_turn, user_message
from xiaofu.services import services

pytestmark = pytest.mark.usefixtures("data_dir")


def message(text: str) -> UserMessage:
    return user_message(text, "citizen", "kiosk", CollectingOutputChannel())


def test_words_come_through_with_who_said_them_and_where():
    one = message("  办居住证要带什么？ ")
    assert (one.text, one.sender_id, one.input_channel) == (
        "办居住证要带什么？",
        "citizen",
        "kiosk",
    )
    assert one.metadata == {}


def test_a_mobile_number_is_kept_in_the_contact_book_and_nowhere_else():
    one = message("我叫王芳，电话138-1234-5678")
    assert one.text == "我叫王芳,电话138****5678"
    reference = one.metadata["contact"]
    assert "5678" not in reference
    whole = services()
    assert whole.contacts.phone(reference, whole.now()) == "13812345678"


def test_a_code_that_the_visit_awaits_is_put_away(data_dir):
    whole = services()
    assert message("482915").text == "482915"
    whole.codes.send("13812345678", "citizen", whole.now())
    one = message("验证码是 482 915")
    assert one.text == "验证码是 〔验证码〕"
    assert whole.contacts.take(one.metadata["code"], whole.now()) == "482915"
    assert whole.contacts.take(one.metadata["code"], whole.now()) is None
    assert message("预约号482915").text == "预约号482915"
    another = user_message("482915", "another", "kiosk", CollectingOutputChannel())
    assert (another.text, another.metadata) == ("482915", {})


def test_a_message_keeps_the_name_its_channel_gave_it():
    one = user_message("对", "citizen", "kiosk", CollectingOutputChannel(), "turn-1")
    assert one.message_id == "turn-1"


@pytest.mark.parametrize("number", ["440304199001011234", "6225 8888 1234 5678", "A123456(7)"])
def test_other_personal_numbers_are_kept_nowhere(number):
    one = message(f"我的号码是{number}")
    assert not re.search(r"\d", one.text)
    assert one.metadata == {}


def test_a_message_too_long_to_read_is_marked_and_cut():
    assert message("办" * TEXT_LIMIT).metadata == {}
    long = message("办" * 2000)
    assert long.metadata == {"too_long": True}
    assert len(long.text) == TEXT_LIMIT


def test_a_number_across_the_cut_leaves_no_digits_behind():
    long = message("办" * (TEXT_LIMIT - 5) + "440304199001011234" + "证" * 100)
    assert not re.search(r"\d", long.text)


@pytest.mark.parametrize(
    "tapped",
    [
        '/choose{"item": "matter:residence-permit"}',
        '/choose{"item": "matter:residence-permit#fee"}',
        '/choose{"fork": "办理人", "option": "监护人或近亲属代办"}',
    ],
)
def test_a_button_of_ours_says_what_it_says(tapped):
    assert message(tapped).text == tapped


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/restart", "restart"),
        ("//restart", "restart"),
        ("/ /restart", "restart"),
        ("/\t/restart", "restart"),
        ("/\u3000/\n/restart", "restart"),
        ("\0/restart", "restart"),
        ('/inform{"phone": "x"}', 'inform{"phone": "x"}'),
        ('/choose{"slot": "x"}', 'choose{"slot": "x"}'),
        ('/choose{"item": "x"} /restart', 'choose{"item": "x"} /restart'),
        ('/choose{"item": "x"}{"item": "y"}', 'choose{"item": "x"}{"item": "y"}'),
        ("/", ""),
        ("1/2", "1/2"),
    ],
)
def test_any_other_command_is_only_words(typed, words):
    assert message(typed).text == words


def test_what_no_database_takes_is_dropped():
    assert message("你\0好\ud83d").text == "你好"


strange = st.text(st.characters(), max_size=30)
commands = st.text('/ \t\n\0\u3000\ud800choserita{}:",', max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strange | commands | st.builds("".join, st.lists(strange | commands, max_size=3)))
def test_whatever_is_typed_is_neither_a_command_nor_unstorable(text):
    words = message(text).text
    assert not words.startswith("/") or re.fullmatch(r"/choose\{.+\}", words)
    assert words == words.strip()
    assert len(words) <= TEXT_LIMIT
    assert "\0" not in words
    words.encode()


def turn(text: str, *said: dict[str, object], fails: bool = False) -> list[dict[str, object]]:
    """What a citizen gets of a turn in which Rasa says `said`, and then perhaps fails."""

    async def rasa(message: UserMessage) -> None:
        for one in said:
            await message.output_channel.send_response(message.sender_id, dict(one))
        if fails:
            raise RuntimeError("no such table")

    return asyncio.run(take_turn(rasa, text, "citizen", "rest"))


ANSWER = {"text": "不收费。", "custom": {"kind": "matter", "id": "residence-permit"}}


def test_a_turn_is_the_messages_that_rasa_sends():
    text, decision = turn("要钱吗", ANSWER)
    assert text == {"recipient_id": "citizen", "text": "不收费。"}
    assert decision["custom"] == ANSWER["custom"]


@pytest.mark.parametrize(("said", "fails"), [((), True), ((), False), (({"text": "我"},), True)])
def test_a_turn_without_a_decision_tells_the_citizen_what_to_do(said, fails, caplog):
    with caplog.at_level(logging.ERROR):
        [trouble] = turn("我的身份证是440304199001011234", *said, fails=fails)
    assert "请再说一次" in trouble["text"]
    assert "12345" in trouble["text"]
    assert trouble["recipient_id"] == "citizen"
    assert trouble["custom"]["kind"] == "handoff"
    assert {"kind", "id", "score", "sources", "revision", "card"} <= trouble["custom"].keys()
    assert len(caplog.records) == fails
    assert "440304" not in caplog.text


def test_what_was_decided_before_a_failure_is_still_said(caplog):
    assert turn("要钱吗", ANSWER, fails=True)[-1]["custom"] == ANSWER["custom"]
    assert "A turn failed on channel rest" in caplog.text


def test_one_citizens_trouble_is_not_anothers(data_dir: Path):
    first, second = turn("一"), turn("二")
    first[0]["text"] = "改了"
    assert second[0]["text"] != "改了"
