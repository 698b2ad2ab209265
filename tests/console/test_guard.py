"""What is asked of every request."""

from __future__ import annotations

import pytest

PUBLIC = {"/sign-in", "/health", "/assets/<name:str>"}


def _addresses(app):
    """Every address the console answers at, with the method, and ids that exist."""
    for route in app.router.routes:
        path = "/" + route.path.replace("<id:str>", "marriage-papers").lstrip("/")
        for method in sorted(route.methods & {"GET", "POST"}):
            yield method, path, "/" + route.path.lstrip("/")


def test_every_page_and_every_form_wants_somebody_signed_in(app, visitor):
    asked = 0
    for method, path, pattern in _addresses(app):
        if pattern.rstrip("/") in PUBLIC:
            continue
        asked += 1
        if method == "GET":
            seen = visitor.get(path, follow=False)
            assert (seen.status, seen.location[:8]) == (303, "/sign-in"), path
        else:
            seen = visitor.post(path, [("answer", "x")], follow=False)
            assert seen.status == 401 or seen.location == "/sign-in", path
            assert "结婚登记" not in seen.words
    assert asked >= 14


def test_what_needs_nobody_signed_in_is_on_the_list(app):
    assert {
        pattern.rstrip("/")
        for _, _, pattern in _addresses(app)
        if pattern.startswith(("/sign-in", "/health", "/assets"))
    } == PUBLIC


def test_a_form_without_its_token_changes_nothing(app, clerk, knowledge):
    form = clerk.get("/entries/marriage-papers").form("/entries/marriage-papers")
    for fields in (form.set("csrf").fields, form.set("csrf", "guessed").fields):
        seen = clerk.post(form.action, [*fields, ("do", "publish")], follow=False)
        assert seen.status == 403
        assert "刷新后再提交" in seen.words
    assert knowledge.get("entry", "marriage-papers").version == 1


def test_every_form_wants_its_token(app, clerk):
    for method, path, pattern in _addresses(app):
        if method == "POST":
            seen = clerk.post(path, [("csrf", "guessed")], follow=False)
            assert seen.status == 403, pattern


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "", "http://["])
def test_a_form_from_another_site_is_refused_though_its_token_is_right(clerk, knowledge, origin):
    form = clerk.get("/entries/marriage-papers").form("/entries/marriage-papers")
    seen = clerk.post(form.action, form.fields, follow=False, origin=origin)
    assert seen.status == 403
    assert "不能从别的网页提交" in seen.words
    assert knowledge.get("entry", "marriage-papers").version == 1


def test_one_persons_token_does_not_serve_another(clerk, colleague):
    form = clerk.get("/entries/marriage-papers").form("/entries/marriage-papers")
    assert colleague.send(form).status == 403


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/health", "/nothing-here", "/entries/nothing", "/assets/console.css"]
)
def test_every_answer_carries_the_headers_that_keep_it_safe(clerk, path):
    seen = clerk.get(path)
    policy = seen.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["x-frame-options"] == "DENY"
    assert seen.headers["referrer-policy"] == "same-origin"


def test_pages_are_not_kept_in_a_shared_computer_but_their_style_is(clerk):
    assert clerk.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in clerk.get("/assets/console.css").headers["cache-control"]


@pytest.mark.parametrize(
    "page", ["/", "/entries", "/entries/marriage-papers", "/matters", "/sign-in"]
)
def test_no_page_has_script_or_style_inside(clerk, page):
    html = clerk.get(page).html
    assert " style=" not in html and "<style" not in html
    assert " onclick=" not in html and "hx-on" not in html
    assert all("src=" in tag.split(">")[0] for tag in html.split("<script")[1:])


def test_a_page_that_is_not_there_says_so(clerk):
    for path in ("/nothing-here", "/entries/nothing", "/matters/nothing"):
        seen = clerk.get(path)
        assert seen.status == 404
        assert "没有找到这一页" in seen.words


def test_a_method_that_is_not_there_says_so(clerk):
    form = clerk.get("/").form("/sign-out")
    seen = clerk.post("/unanswered", form.fields)
    assert (seen.status, "这里不能这样操作" in seen.words) == (405, True)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", ""])
def test_a_body_that_is_no_form_is_refused(clerk, kind):
    seen = clerk.post("/entries/new", [("question", "x")], **{"content-type": kind})
    assert seen.status == 400


def test_a_body_that_is_not_text_is_refused(clerk):
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": clerk.origin}
    seen = clerk.ask("post", "/entries/new", content=b"question=%ff\xff", headers=headers)
    assert seen.status == 400


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(clerk, knowledge):
    form = clerk.get("/entries/marriage-papers").form("/entries/marriage-papers")
    seen = clerk.send(form.set("answer", "长" * 300_000))
    assert (seen.status, "内容太长了" in seen.words) == (413, True)


def test_a_mistake_of_ours_shows_a_number_not_a_traceback(app, clerk, monkeypatch, caplog):
    def broken(*_args):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(app.ctx.knowledge, "all", broken)
    seen = clerk.get("/entries")
    assert seen.status == 500
    assert "出了点问题" in seen.words and "编号" in seen.words
    assert "secret" not in seen.html and "Traceback" not in seen.html
    number = seen.words.split("编号 ")[1][:8]
    assert number in caplog.text and "secret detail" in caplog.text


def test_without_the_database_a_page_says_so(clerk, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE kb_items")
    seen = clerk.get("/entries")
    assert (seen.status, "数据库暂时连不上" in seen.words) == (503, True)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE console_sessions")
    assert clerk.get("/entries").status == 503
    assert clerk.get("/nothing-here").status == 503
