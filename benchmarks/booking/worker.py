"""
python -m benchmarks.booking.worker URL ROUND: hold and confirm sessions until killed.

Before each it prints "try KEY START PHONE", once the confirmation is through "got KEY NUMBER".
"""

from __future__ import annotations

import sys
from itertools import count

from benchmarks.booking.databases import NOW, desk
from xiaofu.database import open_engine

DESKS = 20


def main() -> None:
    url, round_ = sys.argv[1], int(sys.argv[2])
    booking_desk = desk(open_engine(url), DESKS)
    days = booking_desk.bookable_days(NOW)
    for turn in count():
        day = days[turn % len(days)]
        openings = booking_desk.openings(day, NOW)
        if not openings:
            return  # every desk of the week is taken, which takes longer than anybody waits
        start, key, phone = openings[0], f"{round_}-{turn}", f"1{round_:04}{turn:06}"
        _tell("try", key, start.isoformat(), phone)
        held = booking_desk.hold(start, "card", "市民", phone, NOW, key=f"{key}-hold")
        booked = booking_desk.confirm(held.id, NOW, key=key)
        _tell("got", key, booked.number)


def _tell(*words: str) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    main()
