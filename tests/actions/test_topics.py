from __future__ import annotations

from trackers import heard, slots, user

from actions import topics


def slot(name, value):
    return {"event": "slot", "name": name, "value": value}


def test_a_matter_is_meant_for_five_messages():
    for turns in range(1, 8):
        before = [user(), slot("matter", "permit"), slot("matter_age", 0)]
        before += [user()] * (turns - 1)
        tracker = heard(before=before, matter="permit", matter_age=0)
        assert topics.age(tracker) == turns
        assert topics.remembered(tracker) == ("permit" if turns <= topics.LASTS else None)


def test_the_age_goes_on_in_a_new_session_that_has_no_events():
    tracker = heard(before=[slot("matter", "permit")], matter="permit", matter_age=5)
    assert topics.age(tracker) == 6
    assert topics.remembered(tracker) is None


def test_a_turn_about_something_else_keeps_the_age():
    before = [user(), slot("matter", "permit"), slot("matter_age", 0), user()]
    tracker = heard(before=before, matter="permit", matter_age=0)
    assert slots(topics.pass_by(tracker)) == {"matter_age": 2}
    assert topics.pass_by(heard()) == []


def test_while_a_session_is_booked_its_matter_is_meant():
    tracker = heard(loop="booking_form", session_matter="card", matter="permit", matter_age=0)
    assert topics.remembered(tracker) == "card"
