"""The pages of one kind of item: list, edit, preview, publish, retire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from console.conflict import Difference, differences
from console.editors import ENTRY, MATTER, Editable, Editor, name_of, new_id
from console.forms import Errors, Values, Wrong, blank, blank_source, filled, shown
from console.pages import render, threaded
from console.searching import found, page
from console.standing import State, heard_on, row, state
from knowledge_base.entries import Entry
from knowledge_base.files import Topic
from knowledge_base.matters import Matter
from knowledge_base.store import EditConflict, KnowledgeStore, Stored
from xiaofu.clock import SHENZHEN


@dataclass(frozen=True)
class Draft:
    """
    What an edit page shows.

    stored: None for a new item. version: the one it goes on from. theirs: what somebody else
    saved in between, and where it differs.
    """

    values: Values
    stored: Stored | None
    shelf: str
    version: int
    errors: Errors
    theirs: Stored | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def state(self) -> State:
        return state(self.stored) if self.stored else "silent"


def pages_of(editor: Editor) -> Blueprint:
    """The blueprint that lists and edits one kind of item."""
    items = Blueprint(editor.shelves, url_prefix=editor.path)

    @items.get("/")
    @threaded
    def listed(request: Request) -> HTTPResponse:
        wish = {name: request.args.get(name, "").strip() for name in ("q", "shelf", "state")}
        rows = [row(stored) for stored in _knowledge(request).all(editor.kind)]
        some = found(rows, wish["q"], wish["shelf"], wish["state"])
        number = request.args.get("page", "1")
        return render(
            request,
            "items.html",
            editor=editor,
            shelves=_shelves(_knowledge(request), editor),
            wish=wish,
            wished=urlencode({name: value for name, value in wish.items() if value}),
            page=page(some, int(number) if number.isdecimal() else 1),
            every=len(rows),
            today=_today(request),
            now=request.app.ctx.clock(),
        )

    @items.get("/new")
    @threaded
    def begin(request: Request) -> HTTPResponse:
        values = blank(editor.record) | {"checked_on": str(_today(request))}
        values[editor.title] = request.args.get("question", "").strip()
        values[editor.sources] = [blank_source()]
        shelf = request.args.get("shelf", "")
        return _page(request, editor, Draft(values, None, shelf, 0, {}))

    @items.post("/new")
    @threaded
    def create(request: Request) -> HTTPResponse:
        knowledge, values = _knowledge(request), filled(editor.record, request.ctx.form)
        shelf = request.ctx.form.text("shelf")
        every = knowledge.all(editor.kind)
        taken = {stored.id for stored in every}
        id = new_id(shelf or "new", values[editor.title], taken)
        errors = {} if shelf in _shelves(knowledge, editor) else {"shelf": "请选一个"}
        item, errors = _read(editor, id, values, every, errors)
        if item is None or errors:
            return _page(request, editor, Draft(values, None, shelf, 0, errors), 422)
        while True:
            try:
                stored = knowledge.save_draft(
                    editor.kind,
                    shelf,
                    item,
                    version=0,
                    by=_by(request),
                    now=request.app.ctx.clock(),
                )
                break
            except EditConflict as conflict:  # somebody else took the id just now
                taken.add(conflict.current.id)
                item = item.copy(update={"id": new_id(shelf, values[editor.title], taken)})
        return _done(request, editor, stored)

    @items.get("/<id:str>")
    @threaded
    def edit(request: Request, id: str) -> HTTPResponse:
        return _page(request, editor, _opened(_stored(request, editor, id)))

    @items.post("/<id:str>")
    @threaded
    def save(request: Request, id: str) -> HTTPResponse:
        knowledge, form = _knowledge(request), request.ctx.form
        stored = _stored(request, editor, id)
        values = filled(editor.record, form)
        item, errors = _read(editor, id, values, knowledge.all(editor.kind), {})
        version = form.text("version")
        opened = int(version) if version.isdecimal() else 0
        if item is None or errors:
            return _page(request, editor, Draft(values, stored, stored.shelf, opened, errors), 422)
        try:
            if stored.latest != item:  # sent twice, it is the same text: no conflict
                stored = knowledge.save_draft(
                    editor.kind,
                    stored.shelf,
                    item,
                    version=opened,
                    by=_by(request),
                    now=request.app.ctx.clock(),
                )
            return _done(request, editor, stored)
        except EditConflict as conflict:
            return _conflict(request, editor, values, conflict.current)

    @items.post("/<id:str>/retire")
    @threaded
    def retire(request: Request, id: str) -> HTTPResponse:
        stored = _stored(request, editor, id)
        version = request.ctx.form.text("version")
        if stored.published is None:
            return redirect(f"{editor.path}/{id}", status=303)
        try:
            revision = _knowledge(request).retire(
                editor.kind,
                id,
                version=int(version) if version.isdecimal() else 0,
                by=_by(request),
                now=request.app.ctx.clock(),
            )
        except EditConflict as conflict:
            return _page(request, editor, _opened(conflict.current, theirs=True), 409)
        return _back(editor, id, "retired", revision)

    @items.post("/preview")
    @threaded
    def preview(request: Request) -> HTTPResponse:
        values = filled(editor.record, request.ctx.form)
        return render(request, "preview.html", editor=editor, values=values, **_named(request))

    return items


def _done(request: Request, editor: Editor, stored: Stored) -> HTTPResponse:
    """Publish the draft just kept if that was the button, and go to the item."""
    if request.ctx.form.text("do") != "publish":
        return _back(editor, stored.id, "draft")
    if stored.draft is None:
        return _back(editor, stored.id, "unchanged")
    item = stored.draft
    revision = _knowledge(request).publish(
        editor.kind,
        stored.id,
        version=stored.version,
        by=_by(request),
        now=request.app.ctx.clock(),
    )
    assert isinstance(item, Entry | Matter)
    heard = heard_on(item, _today(request))
    return _back(editor, stored.id, "published" if heard else "unheard", revision)


def _back(editor: Editor, id: str, done: str, revision: int | None = None) -> HTTPResponse:
    number = f"&revision={revision}" if revision is not None else ""
    return redirect(f"{editor.path}/{id}?done={done}{number}", status=303)


def _read(
    editor: Editor, id: str, values: Values, every: list[Stored], errors: Errors
) -> tuple[Editable | None, Errors]:
    """The item that was filled in, and all that is wrong with it next to `errors`."""
    item = None
    errors = dict(errors)
    try:
        item = editor.read(id, values)
    except Wrong as wrong:
        errors |= wrong.errors
    title = values[editor.title]
    for other in every:
        if other.id != id and title and name_of(row(other).item) == title:
            errors.setdefault(editor.title, f"已经有一条一样的，编号 {other.id}")
    return item, editor.in_order(errors)


def _conflict(request: Request, editor: Editor, values: Values, current: Stored) -> HTTPResponse:
    """Both texts side by side; what was typed stays in the form, going on from theirs."""
    theirs = shown(current.latest)
    draft = Draft(
        values,
        current,
        current.shelf,
        current.version,
        {},
        theirs=current,
        differences=tuple(differences(theirs, values, editor.labels)),
    )
    return _page(request, editor, draft, 409)


def _opened(stored: Stored, theirs: bool = False) -> Draft:
    values = shown(stored.latest)
    return Draft(values, stored, stored.shelf, stored.version, {}, stored if theirs else None)


def _page(request: Request, editor: Editor, draft: Draft, status: int = 200) -> HTTPResponse:
    revision = request.args.get("revision", "")
    return render(
        request,
        "edit.html",
        status,
        editor=editor,
        draft=draft,
        values=draft.values,
        errors=draft.errors,
        offices=_offices(_knowledge(request)),
        shelves=_shelves(_knowledge(request), editor),
        done=request.args.get("done", "") if status == 200 else "",
        revision=revision if revision.isdecimal() else "",
        now=request.app.ctx.clock(),
        today=_today(request),
        **_named(request),
    )


def _named(request: Request) -> dict[str, Any]:
    """Matters and places by id, for pickers and for previews: (theme, matter) and place."""
    knowledge = _knowledge(request)
    themes = _shelves(knowledge, MATTER)
    matters: dict[str, dict[str, str]] = {}
    for stored in knowledge.all("matter"):
        theme = themes.get(stored.shelf, stored.shelf)
        matters.setdefault(theme, {})[stored.id] = name_of(row(stored).item)
    places = {place.id: place.latest.name for place in knowledge.all("place")}  # type: ignore[union-attr]
    return {"matters": matters, "places": places}


def _offices(knowledge: KnowledgeStore) -> list[str]:
    """The offices that stand behind something already, so that each is written in one way."""
    items = [
        row(stored).item for editor in (ENTRY, MATTER) for stored in knowledge.all(editor.kind)
    ]
    return sorted({item.owner if isinstance(item, Entry) else item.office for item in items})


def _shelves(knowledge: KnowledgeStore, editor: Editor) -> dict[str, str]:
    """The titles of the shelves by id: those of the topics, then those in use without one."""
    topics = [stored.latest for stored in knowledge.all("topic")]
    titles = {
        topic.id: topic.title
        for topic in topics
        if isinstance(topic, Topic) and topic.kind == editor.shelves
    }
    used = {stored.shelf: stored.shelf for stored in knowledge.all(editor.kind)}
    return titles | {shelf: shelf for shelf in used if shelf not in titles}


def _stored(request: Request, editor: Editor, id: str) -> Stored:
    stored = _knowledge(request).get(editor.kind, id)
    if stored is None:
        raise NotFound
    return stored


def _knowledge(request: Request) -> KnowledgeStore:
    knowledge: KnowledgeStore = request.app.ctx.knowledge
    return knowledge


def _by(request: Request) -> str:
    return str(request.ctx.session.name)


def _today(request: Request) -> date:
    today: date = request.app.ctx.clock().astimezone(SHENZHEN).date()
    return today
