from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaofu.settings import Settings, SettingsError, read


def refusal(**variables: str) -> str:
    with pytest.raises(SettingsError) as error:
        read({f"XIAOFU_{name}": value for name, value in variables.items()})
    return str(error.value)


def test_nothing_set_means_a_house_that_runs_by_itself():
    settings = read({})
    assert (settings.env, settings.host) == ("development", "127.0.0.1")
    assert (settings.bot_port, settings.console_port) == (5005, 8000)
    assert settings.database.startswith("sqlite:///")
    assert settings.clock is None


def test_an_empty_variable_is_a_variable_not_set():
    assert read({"XIAOFU_BOT_PORT": "", "XIAOFU_CLOCK": ""}) == read({})


def test_the_embedded_database_lies_in_the_data_folder():
    settings = read({"XIAOFU_DATA_DIR": "/srv/xiaofu"})
    assert settings.data_dir == Path("/srv/xiaofu")
    assert settings.database == "sqlite:////srv/xiaofu/xiaofu.db"


def test_variables_of_others_and_of_the_test_suite_are_none_of_its_business():
    others = {"PATH": "/bin", "RASA_TELEMETRY_ENABLED": "false"}
    assert read({**others, "XIAOFU_TEST_POSTGRES_URL": "postgresql://"}) == read({})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BOT_PROT", "5005", "没有 XIAOFU_BOT_PROT 这个设置，名称是否写错？"),
        ("BOT_PORT", "五千", "XIAOFU_BOT_PORT 的值不对：要写整数"),
        ("BOT_PORT", "0", "XIAOFU_BOT_PORT 的值不对：不能小于 1"),
        ("CONSOLE_PORT", "65536", "XIAOFU_CONSOLE_PORT 的值不对：不能大于 65535"),
        ("ENV", "prod", "XIAOFU_ENV 的值不对：只能是 development 或 production"),
        ("CLOCK", "明天", "XIAOFU_CLOCK 的值不对：请写成 2026-11-23T09:00:00+08:00"),
        ("CLOCK", "2026-11-23T09:00:00", "XIAOFU_CLOCK 的值不对：要带时区"),
        ("MORNING", "9点到12点", "XIAOFU_MORNING 的值不对：请写成 09:00-12:00"),
        ("MORNING", "09:00", "XIAOFU_MORNING 的值不对：请写成 09:00-12:00"),
        ("AFTERNOON", "17:45-14:00", "XIAOFU_AFTERNOON 的值不对：结束要晚于开始"),
        ("SITE_URL", "xiaofu.example", "XIAOFU_SITE_URL 的值不对：请写成 https://主机名"),
        ("SECRET_KEY", "太短", "XIAOFU_SECRET_KEY 的值不对：至少 32 个字符"),
        ("SMS_GATEWAY", "http", "XIAOFU_SMS_GATEWAY=http 还要设 XIAOFU_SMS_URL 和"),
        ("SMS_GATEWAY", "fax", "XIAOFU_SMS_GATEWAY 的值不对：只能是 development 或 http"),
        ("TURN_URL", "turn.example", "XIAOFU_TURN_URL 的值不对：请写成 turn:主机名:3478"),
        ("TURN_URL", "turn:turn.example", "设了 XIAOFU_TURN_URL，还要设 XIAOFU_TURN_SECRET"),
        ("RECORDING", "on", "XIAOFU_RECORDING 的值不对：这一版还不会录像"),
        ("DATABASE_URL", "数据库", "XIAOFU_DATABASE_URL 的值不对：请写成 postgresql://"),
        ("DATABASE_URL", "nosuch://here/db", "XIAOFU_DATABASE_URL 的值不对：请写成 postgresql://"),
        ("DATABASE_URL", "postgresql://h:端口/db", "XIAOFU_DATABASE_URL 的值不对"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_may_be(name, value, sentence):
    assert refusal(**{name: value}).startswith(sentence)


def test_every_wrong_setting_is_named_at_once():
    said = refusal(BOT_PORT="x", ENV="prod", NOSUCH="1")
    assert said.count("；") == 2
    assert all(name in said for name in ("XIAOFU_BOT_PORT", "XIAOFU_ENV", "XIAOFU_NOSUCH"))


@given(st.integers(-70_000, 70_000))
def test_a_port_is_any_that_exists(port):
    if 1 <= port <= 65_535:
        assert read({"XIAOFU_CONSOLE_PORT": str(port)}).console_port == port
    else:
        assert "XIAOFU_CONSOLE_PORT" in refusal(CONSOLE_PORT=str(port))


@given(st.times(), st.times())
def test_office_hours_are_any_span_that_ends_after_it_begins(opens, closes):
    opens, closes = opens.replace(second=0, microsecond=0), closes.replace(second=0, microsecond=0)
    span = f"{opens:%H:%M}-{closes:%H:%M}"
    if opens < closes:
        assert read({"XIAOFU_MORNING": span}).morning == span
    else:
        assert "结束要晚于开始" in refusal(MORNING=span)


def test_a_clock_is_for_demonstrations_and_refused_in_production():
    noon = "2026-11-23T12:00:00+08:00"
    clock = read({"XIAOFU_CLOCK": noon}).clock
    assert clock == datetime.fromisoformat(noon)
    assert clock.utcoffset() == timedelta(hours=8)
    assert "不许设 XIAOFU_CLOCK" in refusal(CLOCK=noon, ENV="production")


PRODUCTION = {
    "XIAOFU_ENV": "production",
    "XIAOFU_SECRET_KEY": "k" * 32,
    "XIAOFU_SMS_GATEWAY": "http",
    "XIAOFU_SMS_URL": "https://sms.example/send",
    "XIAOFU_SMS_KEY": "s",
}


def test_production_starts_with_a_secret_and_a_way_to_send_messages():
    assert read(PRODUCTION).env == "production"


def test_production_says_what_is_missing():
    said = refusal(ENV="production")
    assert "XIAOFU_SECRET_KEY" in said and "XIAOFU_SMS_GATEWAY" in said


def test_production_sends_nothing_for_real_only_when_told_so():
    told = PRODUCTION | {"XIAOFU_SMS_GATEWAY": "development"}
    assert read(told).sms_gateway == "development"


def test_links_lead_to_the_site_or_to_this_machine():
    assert read({"XIAOFU_SITE_URL": "https://xiaofu.example/"}).site == "https://xiaofu.example"
    assert read({"XIAOFU_BOT_PORT": "5105"}).site == "http://127.0.0.1:5105"


def test_keys_are_never_shown():
    shown = {name: value for name, value, _ in read(PRODUCTION).shown()}
    assert shown["XIAOFU_SECRET_KEY"] == shown["XIAOFU_SMS_KEY"] == "***"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://xiaofu:Geheim-7@db.example/kb",
        "postgresql://xiaofu@db.example/kb?password=Geheim-7&sslmode=require",
        "postgresql://xiaofu@db.example/kb?sslpassword=Geheim-7",
    ],
)
def test_a_password_is_never_shown(url):
    settings = read({"XIAOFU_DATABASE_URL": url})
    shown = {name: value for name, value, _ in settings.shown()}
    assert "db.example/kb" in shown["XIAOFU_DATABASE_URL"]
    assert "Geheim" not in str(shown)
    assert settings.database == url


def test_every_setting_is_shown_under_its_variable_with_what_it_means():
    shown = list(read({}).shown())
    assert [name for name, _, _ in shown] == [f"XIAOFU_{f.upper()}" for f in Settings.__fields__]
    assert all(meaning for _, _, meaning in shown)


def test_what_is_shown_can_be_set_again():
    settings = read({"XIAOFU_DESKS": "3", "XIAOFU_CLOCK": "2026-11-23T09:00:00+08:00"})
    again = {name: value for name, value, _ in settings.shown()}
    assert read(again) == settings.copy(update={"database_url": settings.database})


def test_a_relay_may_have_several_addresses():
    urls = "turn:turn.example:3478,turns:turn.example:5349?transport=tcp"
    assert read({"XIAOFU_TURN_URL": urls, "XIAOFU_TURN_SECRET": "s"}).turn_url == urls


def test_settings_do_not_change_while_the_process_runs():
    with pytest.raises(TypeError):
        read({}).desks = 3
