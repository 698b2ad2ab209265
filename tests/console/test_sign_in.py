"""Coming in, staying in, and going out."""

from __future__ import annotations

import pytest
from clerks import PASSWORD, Clerk

from console import people
from console.app import create_app
from console.people import TooManyTries, WrongPassword


def test_the_right_password_opens_the_first_page(visitor):
    seen = visitor.sign_in()
    assert seen.status == 200
    assert "概览" in seen.words and "林晓" in seen.words


@pytest.mark.parametrize(
    "name, password", [("林晓", "mangrove-2027"), ("没这个人", PASSWORD), ("林晓", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(visitor, name, password):
    seen = visitor.sign_in(name, password)
    assert seen.status == 401
    assert WrongPassword.sentence in seen.words
    assert seen.form("/sign-in")["name"] == name
    assert visitor.get("/", follow=False).status == 303


def test_with_nobody_on_the_list_the_door_says_how_to_begin(visitor, staff):
    assert "xiaofu staff add" not in visitor.get("/sign-in").words
    for name in ("林晓", "陈建国"):
        staff.disable(name)
    assert "xiaofu staff add" in visitor.get("/sign-in").words


def test_a_name_typed_in_full_width_is_the_same_name(visitor):
    assert visitor.sign_in("  林晓　").status == 200


def test_after_five_failures_even_the_right_password_waits_a_quarter_of_an_hour(visitor, clock):
    for _ in range(5):
        assert visitor.sign_in(password="wrong password").status == 401
    seen = visitor.sign_in()
    assert seen.status == 429
    assert TooManyTries.sentence in seen.words
    clock.pass_by(minutes=14)
    assert visitor.sign_in().status == 429
    clock.pass_by(minutes=1)
    assert visitor.sign_in().status == 200


def test_guesses_at_many_names_lock_the_address(visitor):
    for number in range(5):
        visitor.sign_in(f"某人{number}", "wrong password")
    assert visitor.sign_in().status == 429


def test_guesses_from_many_addresses_lock_the_name(staff, clock):
    for number in range(5):
        with pytest.raises(WrongPassword):
            people.sign_in(staff, "林晓", "wrong password", f"10.0.0.{number}", clock())
    with pytest.raises(TooManyTries):
        people.sign_in(staff, "林晓", PASSWORD, "10.0.0.99", clock())
    people.sign_in(staff, "陈建国", PASSWORD, "10.0.0.99", clock())


def test_a_good_password_forgives_its_own_name_only(visitor):
    for _ in range(4):
        visitor.sign_in("陈建国", "wrong password")
    assert visitor.sign_in().status == 200
    visitor.sign_in("陈建国", "wrong password")
    assert visitor.sign_in("陈建国").status == 429


def test_a_session_ends_after_half_an_hour_without_a_page(clerk, clock):
    for _ in range(3):
        clock.pass_by(minutes=29)
        assert clerk.get("/", follow=False).status == 200
    clock.pass_by(minutes=31)
    assert clerk.get("/", follow=False).location == "/sign-in"


def test_a_session_ends_after_ten_hours_however_busy(clerk, clock):
    for _ in range(29):
        clock.pass_by(minutes=20)
        assert clerk.get("/", follow=False).status == 200
    clock.pass_by(minutes=20)
    assert clerk.get("/", follow=False).status == 303


def test_signing_out_ends_the_session_on_the_server_too(clerk):
    form = clerk.get("/").form("/sign-out")
    cookie = clerk.client.cookies["xiaofu-console"]
    assert clerk.send(form, follow=False).location == "/sign-in"
    clerk.client.cookies.set("xiaofu-console", cookie)
    assert clerk.get("/", follow=False).status == 303


def test_somebody_disabled_is_out_at_once_and_stays_out(clerk, staff):
    staff.disable("林晓")
    assert clerk.get("/", follow=False).status == 303
    assert clerk.sign_in().status == 401


def test_the_database_holds_neither_password_nor_token(clerk, staff, tmp_path):
    clerk.get("/")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in kept
    assert clerk.client.cookies["xiaofu-console"].encode() not in kept
    assert staff.named("林晓").password.startswith("$argon2id$")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    seen = visitor.sign_in(follow=False)
    session = next(
        cookie for cookie in seen.headers.get_list("set-cookie") if "xiaofu-console=" in cookie
    )
    assert "HttpOnly" in session and "SameSite=Strict" in session and "Path=/" in session


def test_in_production_the_cookie_travels_encrypted_only(knowledge, staff, clock, statutes, loop):
    app = create_app(knowledge, staff, clock, statutes, name="console-production", secure=True)
    visitor = Clerk(app, loop)
    seen = visitor.get("/sign-in")
    cookies = seen.headers.get_list("set-cookie")
    assert cookies and all("Secure" in one and one.startswith("__Host-") for one in cookies)
    assert visitor.send(seen.form("/sign-in")).status == 403  # from a page that was not encrypted


def test_after_signing_in_the_page_that_was_wanted_comes(visitor):
    seen = visitor.get("/entries?q=结婚")
    form = seen.form("/sign-in").set("name", "林晓").set("password", PASSWORD)
    assert visitor.send(form, follow=False).location == "/entries?q=%E7%BB%93%E5%A9%9A"


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere"]
)
def test_signing_in_leads_to_no_other_site(visitor, to):
    form = visitor.get("/sign-in").form("/sign-in").set("to", to)
    form = form.set("name", "林晓").set("password", PASSWORD)
    assert visitor.send(form, follow=False).location == "/"


def test_what_was_written_survives_the_end_of_the_session(clerk, clock, knowledge):
    form = clerk.get("/entries/marriage-papers").form("/entries/marriage-papers")
    clock.pass_by(hours=1)
    seen = clerk.send(form.set("answer", "写了很久的\r\n新答案。"), "draft")
    assert seen.status == 401 and "刚才写的还在" in seen.words
    door = seen.form("/sign-in").set("name", "林晓")
    seen = clerk.send(door.set("password", "mistyped once"))
    assert seen.status == 401
    seen = clerk.send(seen.form("/sign-in").set("password", PASSWORD))
    assert "一个字不少" in seen.words
    assert knowledge.get("entry", "marriage-papers").draft is None
    seen = clerk.send(seen.form("/entries/marriage-papers"))
    assert "草稿存好了" in seen.words
    assert knowledge.get("entry", "marriage-papers").draft.answer == "写了很久的\n新答案。"
