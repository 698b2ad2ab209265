"""The citizen's page of a 信用承诺, over real HTTP and a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from running import over_http

from booking.calendar import SHENZHEN
from booking.exclusions import ListInFile
from knowledge_base.files import Content, Topic, read_yaml
from knowledge_base.matters import Matter
from xiaofu.services import CONTENT, Services, services

NOW = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
GUIDE = CONTENT / "matters" / "social" / "employment-registration.yml"
PHONE = "13800005678"
OFFICER, SECOND = "林晓", "陈建国"


@pytest.fixture
def whole(data_dir, monkeypatch) -> Services:
    monkeypatch.setenv("XIAOFU_CLOCK", NOW.isoformat())
    whole = services()
    matters = {"social": read_yaml(GUIDE, Matter)}
    topics = (Topic(kind="matters", id="social", title="社保"),)
    whole.knowledge_store.load(Content(topics, (), {}, matters), now=whole.now())
    return whole


@pytest.fixture
def offered(whole):
    start = NOW + timedelta(days=1, hours=1)
    booking = whole.desk.book(start, "employment-registration", "王芳", PHONE, whole.now())
    return whole.promises.offer(booking.id, booking.matter_id, PHONE, whole.now())


@pytest.fixture
def path(whole, offered) -> str:
    return whole.promise_links.link(offered.id).removeprefix(whole.settings.site)


def tap(client, path, act, **fields):
    origin = str(client.base_url).rstrip("/")
    return client.post(f"{path}/{act}", data=fields, headers={"origin": origin})


def state(whole, offered):
    return whole.promises.store.get(offered.id).state


def test_the_whole_notice_is_shown_before_the_tap(whole, offered, path):
    async def act(client):
        page = await client.get(path)
        assert page.status_code == 200
        for line in offered.notice.split("\n"):
            assert line in page.text
        assert "我承诺" in page.text and "按一般程序办" in page.text
        assert PHONE not in page.text and "王芳" not in page.text
        assert state(whole, offered) == "offered"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert (await client.get("/commitments/page.css")).status_code == 200

    over_http(whole, act)


def test_a_promise_is_made_by_the_tap_and_taken_back_with_a_reason(whole, offered, path):
    async def act(client):
        made = await tap(client, path, "accept", digest=offered.digest)
        assert made.status_code == 303 and made.headers["location"] == path
        assert state(whole, offered) == "accepted"
        assert "您已经承诺" in (await client.get(path)).text
        empty = await tap(client, path, "withdraw", reason=" ")
        assert empty.status_code == 409 and "请写上内容" in empty.text
        await tap(client, path, "withdraw", reason="材料找到了，打 13912345678 找我")
        assert "已经撤回" in (await client.get(path)).text

    over_http(whole, act)
    said = whole.promises.store.get(offered.id).last("withdrawn").said["reason"]
    assert "材料找到了" in said and "13912345678" not in said


def test_declining_is_answered_with_the_ordinary_way(whole, offered, path):
    async def act(client):
        await tap(client, path, "decline")
        page = await client.get(path)
        assert "照样给您办" in page.text and "我承诺" in page.text

    over_http(whole, act)
    assert state(whole, offered) == "declined"


def test_a_tap_under_another_text_is_no_promise(whole, offered, path):
    async def act(client):
        refused = await tap(client, path, "accept", digest="0" * 64)
        assert refused.status_code == 409 and "再看一遍" in refused.text

    over_http(whole, act)
    assert state(whole, offered) == "offered"


def test_who_is_excluded_is_told_the_ordinary_way_and_nothing_else(whole, offered, path, tmp_path):
    listed = tmp_path / "serious.txt"
    listed.write_text(PHONE, encoding="utf-8")
    strict = replace(whole.promises, serious=ListInFile(listed))
    whole.__dict__["promise_links"] = replace(whole.promise_links, promises=strict)

    async def act(client):
        refused = await tap(client, path, "accept", digest=offered.digest)
        assert "请按一般程序办" in refused.text
        assert "名单" not in refused.text.split("</div>")[0]

    over_http(whole, act)
    assert state(whole, offered) == "offered"


def test_who_is_reported_reads_why_and_objects(whole, offered, path):
    promises, now = whole.promises, whole.now()
    promises.accept(offered.id, offered.digest, PHONE, now)
    promises.report(
        offered.id, untrue="并未灵活就业", evidence="在职记录", receipt="B", by=OFFICER, now=now
    )
    mend_by = now.date() + timedelta(days=10)
    promises.notify(offered.id, told="当面", mend_by=mend_by, by=OFFICER, now=now)

    async def act(client):
        page = await client.get(path)
        for said in ("并未灵活就业", "在职记录", "12月3日", "提交异议"):
            assert said in page.text
        assert OFFICER not in page.text
        await tap(client, path, "object", objection="<b>我有合同</b>")
        page = await client.get(path)
        assert "另一位工作人员" in page.text and "&lt;b&gt;我有合同" in page.text
        promises.decide(offered.id, upheld=True, reason="合同是假的", by=SECOND, now=now)
        page = await client.get(path)
        assert "合同是假的" in page.text and "第四十三条" in page.text
        assert (await tap(client, path, "object", objection="再说")).status_code == 409

    over_http(whole, act)


@pytest.mark.parametrize("act_of_staff", ["kept", "reported", "upheld", "exported", "x"])
def test_nothing_of_the_staffs_can_be_done_here(whole, offered, path, act_of_staff):
    async def act(client):
        assert (await tap(client, path, act_of_staff)).status_code == 404

    over_http(whole, act)
    assert state(whole, offered) == "offered"


def test_another_sites_form_or_a_made_up_link_does_nothing(whole, offered, path):
    async def act(client):
        sent = {"digest": offered.digest}
        for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
            assert (
                await client.post(f"{path}/accept", data=sent, headers=headers)
            ).status_code == 404
        for made_up in (f"/commitments/{offered.id}", path[:-1] + "_", "/commitments/x"):
            page = await client.get(made_up)
            assert page.status_code == 404 and "没有找到" in page.text

    over_http(whole, act)
    assert state(whole, offered) == "offered"
