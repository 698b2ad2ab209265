"""A clerk who looks at the console's pages as a browser does, and what there is to look at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

from sanic import Sanic
from sanic_testing.testing import ASGI_HOST, ASGI_PORT

from booking.calendar import SHENZHEN
from knowledge_base.entries import Entry
from knowledge_base.files import Content, Topic
from knowledge_base.matters import Days, Fork, Material, Matter
from knowledge_base.model import LawSource, OfficeSource
from knowledge_base.places import Place

PASSWORD = "mangrove-2026"
TODAY = date(2026, 11, 23)


def entry(id: str = "marriage-papers", **fields) -> Entry:
    return Entry(
        **{
            "id": id,
            "question": f"结婚登记要带什么？（{id}）",
            "aliases": ("领证带啥", "结婚要户口本吗"),
            "answer": "带身份证就行，不用户口簿。\n两个人一起来。",
            "sources": (
                LawSource(law="民法典", article="1049"),
                OfficeSource(office="福田区民政局", url="https://www.szft.gov.cn/"),
            ),
            "owner": "福田区民政局",
            "matter": "marriage-registration",
            "checked_on": date(2026, 11, 1),
            "review_by": date(2027, 5, 31),
        }
        | fields
    )


def matter(id: str = "marriage-registration", **fields) -> Matter:
    return Matter(
        **{
            "id": id,
            "name": "结婚登记",
            "aliases": ("领结婚证",),
            "kind": "行政确认",
            "office": "福田区民政局",
            "audience": ("自然人",),
            "case_type": "即办件",
            "promised": Days(days=0),
            "statutory": Days(days=30, unit="自然日"),
            "summary": "两个人自愿结婚，到婚姻登记处领结婚证。",
            "conditions": ("双方自愿", "都到了法定婚龄"),
            "forks": (Fork(name="情形", ask="是第一次结婚吗？", options=("初婚", "再婚")),),
            "materials": (
                Material(name="身份证", e_licence="居民身份证"),
                Material(name="离婚证", when={"情形": ("再婚",)}, note="或者离婚判决书"),
            ),
            "window_steps": ("取号", "填表", "领证"),
            "visits": 1,
            "visit_reason": "结婚登记要本人到场",
            "in_person": "法律要求双方一起到场",
            "channels": ("窗口",),
            "places": ("futian-hall",),
            "consult_phone": "12345",
            "result": "结婚证",
            "basis": (LawSource(law="民法典", article="1049"),),
            "source": OfficeSource(office="福田区民政局"),
            "checked_on": date(2026, 11, 1),
        }
        | fields
    )


def content() -> Content:
    return Content(
        topics=(
            Topic(kind="qa", id="marriage", title="婚姻家庭"),
            Topic(kind="qa", id="labour", title="劳动"),
            Topic(kind="matters", id="family", title="婚育与教育"),
        ),
        places=(
            Place(id="futian-hall", name="福田区行政服务大厅", street="全区", checked_on=TODAY),
            Place(id="shatou-hall", name="沙头街道便民中心", street="沙头街道", checked_on=TODAY),
        ),
        entries={"marriage": (entry(),)},
        matters={"family": (matter(),)},
    )


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=SHENZHEN)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Form:
    """A form as a browser would send it."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return next(value for key, value in self.fields if key == name)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def set(self, name: str, *values: str) -> Form:
        """The form with other values of one name, in the place of the old ones."""
        keys = [key for key, _ in self.fields]
        at = keys.index(name) if name in keys else len(keys)
        others = [(key, value) for key, value in self.fields if key != name]
        new = [(name, value) for value in values]
        return Form(self.action, others[:at] + new + others[at:])


class _Reader(HTMLParser):
    """Reads the forms of a page, and its words; templates are not part of either."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._within: list[str] = []
        self._field: tuple[str, list[str]] | None = None
        self._select = ""
        self._chosen: str | None = None

    def handle_starttag(self, tag, attrs):
        have = dict(attrs)
        if tag in ("template", "noscript", "script", "style"):
            self._within.append(tag)
        if self._within:
            return
        if tag == "form":
            self.forms.append(Form(have.get("action", "")))
        elif tag == "input" and have.get("name") and self.forms:
            if have.get("type") != "checkbox" or "checked" in have:
                self._add(have["name"], have.get("value", ""))
        elif tag == "textarea":
            self._field = (have["name"], [])
        elif tag == "select":
            self._select, self._chosen = have["name"], None
        elif tag == "option" and self._select and ("selected" in have or self._chosen is None):
            self._chosen = have.get("value", "")

    def handle_endtag(self, tag):
        if self._within and tag == self._within[-1]:
            self._within.pop()
        elif self._within:
            return
        elif tag == "textarea" and self._field:
            text = "".join(self._field[1]).removeprefix("\n")
            self._add(self._field[0], text.replace("\n", "\r\n"))
            self._field = None
        elif tag == "select":
            self._add(self._select, self._chosen or "")
            self._select = ""

    def handle_data(self, data):
        if self._field and not self._within:
            self._field[1].append(data)
        elif not self._within:
            self.words.append(data)

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].fields.append((name, value))


class Seen:
    """A page as it came."""

    def __init__(self, response) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.html: str = response.text
        self._reader = _Reader()
        self._reader.feed(self.html)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._reader.words).split())

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    def form(self, action: str) -> Form:
        """The last form of the page that is sent to `action`."""
        return [form for form in self._reader.forms if form.action == action][-1]


class Clerk:
    """Somebody at a browser; cookies stay from page to page."""

    def __init__(self, app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        self.client = app.asgi_client.__class__(app)
        self._loop = loop

    def get(self, path: str, follow: bool = True, **headers: str) -> Seen:
        seen = self.ask("get", path, headers=headers)
        return self.get(seen.location) if follow and seen.status == 303 else seen

    def post(
        self, path: str, fields: list[tuple[str, str]], follow: bool = True, **headers: str
    ) -> Seen:
        sent = {"content-type": "application/x-www-form-urlencoded", "origin": self.origin}
        seen = self.ask("post", path, content=urlencode(fields), headers=sent | headers)
        return self.get(seen.location) if follow and seen.status == 303 else seen

    def send(self, form: Form, do: str = "", follow: bool = True) -> Seen:
        fields = form.fields + ([("do", do)] if do else [])
        return self.post(form.action, fields, follow)

    def sign_in(self, name: str = "林晓", password: str = PASSWORD, follow: bool = True) -> Seen:
        form = self.get("/sign-in").form("/sign-in").set("name", name).set("password", password)
        return self.send(form, follow=follow)

    def ask(self, method: str, path: str, **more) -> Seen:
        if urlsplit(path).netloc:
            raise AssertionError(f"sent away to {path}")
        asking = getattr(self.client, method)(path, follow_redirects=False, **more)
        _, response = asyncio.run_coroutine_threadsafe(asking, self._loop).result(60)
        return Seen(response)

    @property
    def origin(self) -> str:
        return f"http://{ASGI_HOST}:{ASGI_PORT}"
