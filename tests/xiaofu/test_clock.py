from datetime import datetime, timedelta

from booking.calendar import SHENZHEN
from xiaofu import clock


def test_the_real_clock_shows_shenzhens_time():
    now = clock.real()
    assert now.tzinfo is SHENZHEN
    assert abs(now - datetime.now().astimezone()) < timedelta(seconds=5)


def test_a_clock_that_was_set_runs_on_from_there(monkeypatch):
    began = datetime(2030, 6, 3, 12, tzinfo=SHENZHEN)
    seconds = iter([0, 0, 90])
    monkeypatch.setattr(clock, "real", lambda: began + timedelta(seconds=next(seconds)))
    noon = datetime(2026, 11, 23, 12, tzinfo=SHENZHEN)
    now = clock.starting_at(noon)
    assert [now(), now()] == [noon, noon + timedelta(seconds=90)]


def test_a_clock_set_in_another_zone_shows_shenzhens_time():
    now = clock.starting_at(datetime.fromisoformat("2026-11-23T04:00:00+00:00"))
    assert now().strftime("%F %H:%M %z") == "2026-11-23 12:00 +0800"
