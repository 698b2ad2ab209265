"""A table of what citizens say for a time, each with what it meant when it was said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from booking.calendar import SHENZHEN
from booking.timewords import Impossible, Nothing, Parts, Reading, Start, read

TABLE = Path(__file__).with_name("sayings.yml")
AT_LEAST = 0.97
"""The share of the table that is read rightly; what is below it is a change for the worse."""


def rows(path: Path = TABLE) -> list[tuple[datetime, str, str]]:
    """(now, said, what it meant), in the table's notation, which its head explains."""
    groups = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # 9:30 stays a text
    return [
        (datetime.fromisoformat(group["now"]).replace(tzinfo=SHENZHEN), said, meant)
        for group in groups
        for said, meant in group["said"].items()
    ]


def shown(reading: Reading, now: datetime) -> str:
    """A reading in the table's notation."""

    def day(one: date) -> str:
        return f"{one:%m-%d}" if one.year == now.year else one.isoformat()

    match reading:
        case Nothing():
            return "无"
        case Impossible(reason, said):
            return {"past": "过去", "not_announced": "未公布"}.get(reason, f"没有 {said}")
        case Start(at):
            return f"{day(at.date())} {at:%H:%M}"
        case Parts():
            words = [*map(day, reading.days), *(f"{at:%H:%M}" for at in reading.times)]
            words += [*reading.halves, *(["随便"] if reading.anytime else [])]
            return " ".join([*words, *(f"不要{day(one)}" for one in reading.without)])


def wrong(path: Path = TABLE) -> list[str]:
    readings = [(now, said, meant, shown(read(said, now), now)) for now, said, meant in rows(path)]
    return [
        f"{now:%Y-%m-%d %H:%M}「{said}」应为 {meant}，读成 {got}"
        for now, said, meant, got in readings
        if got != meant
    ]


def test_what_citizens_say_is_read_rightly(record_property: pytest.RecordProperty) -> None:
    every, missed = rows(), wrong()
    share = 1 - len(missed) / len(every)
    record_property("share_right", round(share, 4))
    print(f"\n{len(every)} 句，读对 {share:.1%}", *missed, sep="\n")
    assert len(every) >= 400
    assert share >= AT_LEAST, "\n".join(missed)
