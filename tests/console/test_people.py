"""Who is let onto the list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from clerks import PASSWORD

from console.people import (
    NameRefused,
    PasswordRefused,
    TooManyTries,
    WrongPassword,
    add_staff,
    sign_in,
)


def test_somebody_added_can_sign_in(staff, clock):
    add_staff(staff, " 王芳 ", PASSWORD, clock())
    assert staff.named("王芳").password.startswith("$argon2id$")
    assert sign_in(staff, "王芳", PASSWORD, "10.0.0.1", clock())


@pytest.mark.parametrize(
    "password, why",
    [
        ("short-one", "至少 10 位，现在是 9 位"),
        ("x" * 129, "最多 128 位"),
        ("aaaaaaaaaaaa", "太容易猜"),
        ("我是王芳王芳我是王芳", "太容易猜"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(staff, clock, password, why):
    with pytest.raises(PasswordRefused, match=why):
        add_staff(staff, "王芳", password, clock())
    assert staff.named("王芳") is None


@pytest.mark.parametrize("name", ["", "　", "王\n芳", "王" * 65, "林晓"])
def test_a_name_that_is_taken_or_no_name_is_refused(staff, clock, name):
    with pytest.raises(NameRefused):
        add_staff(staff, name, PASSWORD, clock())


def test_the_store_tells_whether_anybody_could_sign_in(staff):
    assert staff.anyone()
    for name in ("林晓", "陈建国"):
        staff.disable(name)
    assert not staff.anyone()


def test_guesses_sent_at_once_count_as_well_as_one_after_another(staff, clock):
    def guess(number):
        try:
            sign_in(staff, "林晓", f"wrong password {number}", "10.0.0.1", clock())
        except (WrongPassword, TooManyTries) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(8) as guessers:
        answers = list(guessers.map(guess, range(16)))
    assert (answers.count(WrongPassword), answers.count(TooManyTries)) == (5, 11)
