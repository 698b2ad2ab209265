"""What is wrong with the matters' guides (标准化排查), each with its field and its mend."""

from __future__ import annotations

from collections import Counter

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from booking.calendar import SHENZHEN
from console.editors import MATTER, Editable
from console.forms import Errors
from console.pages import render, threaded
from console.posted import number
from console.searching import page
from console.stock import Stock
from knowledge_base import bindings, matter_audit
from knowledge_base.entries import Entry

audits = Blueprint("audits")


@audits.get("/audit")
@threaded
def report(request: Request) -> HTTPResponse:
    """Every finding about the newest text of the matters, the heaviest rules first."""
    matters = Stock.read(request.app.ctx.knowledge).guides()
    today = request.app.ctx.clock().astimezone(SHENZHEN).date()
    found = matter_audit.audit(matters.values(), request.app.ctx.statutes, today)
    found.sort(key=lambda one: (one.weight, one.rule, one.item))  # errors come before warnings
    rule = request.args.get("rule", "")
    return render(
        request,
        "audit.html",
        rules=matter_audit.RULES,
        counts=Counter(one.rule for one in found),
        errors=sum(one.weight == "error" for one in found),
        rule=rule,
        page=page(
            [one for one in found if rule in ("", one.rule)],
            number(request.args.get("page", ""), 1),
        ),
        every=len(matters),
        editor=MATTER,
        names={id: matter.name for id, matter in matters.items()},
    )


def contradictions(item: Editable, stock: Stock) -> Errors:
    """Why an item may not be saved as it is, by the place of the field."""
    if isinstance(item, Entry):
        wrong = list(bindings.problems(item, stock.guides(), stock.places))
        return {"answer": "；".join(wrong)} if wrong else {}
    return {
        finding.field: finding.message + finding.mend
        for finding in matter_audit.check(item)
        if finding.weight == "error"
    }
