"""The pages of one kind of item: list, edit, preview, publish, retire."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from booking.calendar import SHENZHEN
from console.audits import contradictions
from console.conflict import Difference, differences
from console.editors import Editable, Editor, name_of
from console.forms import Errors, Values, Wrong, blank, filled, shown
from console.pages import render, threaded
from console.posted import number
from console.searching import found, page
from console.standing import State, heard_on, row, state
from console.stock import Stock, place_names
from knowledge_base.bindings import render as render_bindings
from knowledge_base.entries import BRACES
from knowledge_base.ids import new_id
from knowledge_base.store import EditConflict, KnowledgeStore, Stored


@dataclass(frozen=True)
class Draft:
    """
    What an edit page shows.

    stored: None for a new item. version: the one it goes on from. theirs: what somebody else
    saved in between, and where it differs. waiting: where the draft differs from what
    citizens hear.
    """

    values: Values
    stored: Stored | None
    shelf: str
    version: int
    errors: Errors
    theirs: Stored | None = None
    differences: tuple[Difference, ...] = ()
    waiting: tuple[Difference, ...] = ()

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
        stock = Stock.read(_knowledge(request))
        some = found(stock.rows[editor.kind], wish["q"], wish["shelf"], wish["state"])
        return render(
            request,
            "items.html",
            editor=editor,
            shelves=stock.shelves(editor),
            wish=wish,
            wished=urlencode({name: value for name, value in wish.items() if value}),
            page=page(some, number(request.args.get("page", ""), 1)),
            every=len(stock.rows[editor.kind]),
            today=_today(request),
            now=request.app.ctx.clock(),
        )

    @items.get("/new")
    @threaded
    def begin(request: Request) -> HTTPResponse:
        values = blank(editor.record) | {"checked_on": str(_today(request))}
        values[editor.title] = request.args.get("question", "").strip()
        shelf = request.args.get("shelf", "")
        return _page(request, editor, Draft(values, None, shelf, 0, {}))

    @items.post("/new")
    @threaded
    def create(request: Request) -> HTTPResponse:
        knowledge, values = _knowledge(request), filled(editor.record, request.ctx.form)
        shelf = request.ctx.form.text("shelf")
        stock = Stock.read(knowledge)
        taken = {one.id for one in stock.rows[editor.kind]}
        errors = {} if shelf in stock.shelves(editor) else {"shelf": "请选一个"}
        id = new_id("new" if errors else shelf, values[editor.title], taken)
        item, errors = _read(editor, id, values, stock, errors)
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
        return _done(request, editor, stored, values)

    @items.get("/<id:str>")
    @threaded
    def edit(request: Request, id: str) -> HTTPResponse:
        return _page(request, editor, _opened(editor, _stored(request, editor, id)))

    @items.post("/<id:str>")
    @threaded
    def save(request: Request, id: str) -> HTTPResponse:
        knowledge, form = _knowledge(request), request.ctx.form
        stored = _stored(request, editor, id)
        values = filled(editor.record, form)
        item, errors = _read(editor, id, values, Stock.read(knowledge), {})
        opened = number(form.text("version"), 0)
        if item is None or errors:
            return _page(request, editor, Draft(values, stored, stored.shelf, opened, errors), 422)
        if stored.latest != item:  # sent twice, it is the same text: no conflict
            try:
                stored = knowledge.save_draft(
                    editor.kind,
                    stored.shelf,
                    item,
                    version=opened,
                    by=_by(request),
                    now=request.app.ctx.clock(),
                )
            except EditConflict as conflict:
                return _conflict(request, editor, values, conflict.current)
        return _done(request, editor, stored, values)

    @items.post("/<id:str>/retire")
    @threaded
    def retire(request: Request, id: str) -> HTTPResponse:
        stored = _stored(request, editor, id)
        if stored.published is None:
            return redirect(f"{editor.path}/{id}", status=303)
        try:
            revision = _knowledge(request).retire(
                editor.kind,
                id,
                version=number(request.ctx.form.text("version"), 0),
                by=_by(request),
                now=request.app.ctx.clock(),
            )
        except EditConflict as conflict:
            draft = replace(_opened(editor, conflict.current), theirs=conflict.current)
            return _page(request, editor, draft, 409)
        return _back(editor, id, "retired", revision)

    @items.post("/preview")
    @threaded
    def preview(request: Request) -> HTTPResponse:
        values = filled(editor.record, request.ctx.form)
        places = place_names(_knowledge(request))
        return render(
            request,
            "preview.html",
            editor=editor,
            values=values,
            places=places,
            spoken=_spoken(request, values),
        )

    return items


def _done(request: Request, editor: Editor, stored: Stored, values: Values) -> HTTPResponse:
    """Publish the draft just kept if that was the button, and go to the item."""
    if request.ctx.form.text("do") != "publish":
        return _back(editor, stored.id, "draft")
    if stored.draft is None:
        return _back(editor, stored.id, "unchanged")
    try:
        revision = _knowledge(request).publish(
            editor.kind,
            stored.id,
            version=stored.version,
            by=_by(request),
            now=request.app.ctx.clock(),
        )
    except EditConflict as conflict:
        return _conflict(request, editor, values, conflict.current)
    heard = heard_on(row(stored).item, _today(request))
    return _back(editor, stored.id, "published" if heard else "unheard", revision)


def _back(editor: Editor, id: str, done: str, revision: int | None = None) -> HTTPResponse:
    number = f"&revision={revision}" if revision is not None else ""
    return redirect(f"{editor.path}/{id}?done={done}{number}", status=303)


def _read(
    editor: Editor, id: str, values: Values, stock: Stock, errors: Errors
) -> tuple[Editable | None, Errors]:
    """The item that was filled in, and all that is wrong with it next to `errors`."""
    item = None
    errors = dict(errors)
    try:
        item = editor.read(id, values)
        errors |= contradictions(item, stock)
    except Wrong as wrong:
        errors |= wrong.errors
    title = values[editor.title]
    for other in stock.rows[editor.kind]:
        if other.id != id and title and name_of(other.item) == title:
            errors.setdefault(editor.title, f"已经有一条一样的，编号 {other.id}")
    return item, editor.in_order(errors)


def _conflict(request: Request, editor: Editor, values: Values, current: Stored) -> HTTPResponse:
    """Both texts side by side; what was typed stays in the form, going on from theirs."""
    found = tuple(differences(shown(current.latest), values, editor.labels))
    draft = Draft(values, current, current.shelf, current.version, {}, current, found)
    return _page(request, editor, draft, 409)


def _opened(editor: Editor, stored: Stored) -> Draft:
    """The item as it stands."""
    values, waiting = shown(stored.latest), []
    if stored.published and stored.draft:
        waiting = differences(shown(stored.published), values, editor.labels)
    version = stored.version
    return Draft(values, stored, stored.shelf, version, {}, waiting=tuple(waiting))


def _page(request: Request, editor: Editor, draft: Draft, status: int = 200) -> HTTPResponse:
    stock = Stock.read(_knowledge(request))
    return render(
        request,
        "edit.html",
        status,
        editor=editor,
        draft=draft,
        values=draft.values,
        spoken=_spoken(request, draft.values),
        errors=draft.errors,
        offices=stock.offices(),
        shelves=stock.shelves(editor),
        matters=stock.matters(),
        places=stock.places,
        done=request.args.get("done", "") if status == 200 else "",
        revision=number(request.args.get("revision", ""), 0),
        now=request.app.ctx.clock(),
        today=_today(request),
    )


def _spoken(request: Request, values: Values) -> str:
    """The answer as citizens hear it, with what its matters say; "" for a matter's own form."""
    answer: str = values.get("answer", "")
    if not BRACES.search(answer):
        return answer
    stock = Stock.read(_knowledge(request))
    return render_bindings(answer, stock.guides(), stock.places)


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
