"""A time without a zone means another moment on every machine.

Timestamps written in one region are hours off when read in another, and twice a
year an hour happens twice. `utcnow()` is worse: it is UTC, but says local.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    argument,
    calls_in,
    cst,
)

EXAMPLES = (
    Example(
        bad="""
            from datetime import datetime


            def stamp(order):
                order.created = datetime.now()  # flagged
                order.expires = datetime.utcfromtimestamp(order.ttl)  # flagged
        """,
        good="""
            from datetime import datetime, timezone


            def stamp(order):
                order.created = datetime.now(tz=timezone.utc)
                order.expires = datetime.fromtimestamp(order.ttl, tz=timezone.utc)
        """,
    ),
    Example(
        bad="""
            import datetime as dt


            def today():
                return dt.datetime.utcnow()  # flagged
        """,
        good="""
            import datetime as dt


            def today():
                return dt.datetime.now(tz=dt.timezone.utc)
        """,
    ),
)

_AWARE = {
    "datetime.datetime.now": ("now", 0),
    "datetime.datetime.utcnow": ("now", 0),
    "datetime.datetime.utcfromtimestamp": ("fromtimestamp", 1),
    "datetime.datetime.fromtimestamp": ("fromtimestamp", 1),
}
_SINGLE_FIELDS = frozenset({"year", "astimezone", "microsecond"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("datetime"):
        return
    for call in source.calls_to(_AWARE):
        name = source.called(call) or ""
        if _has_zone(name, call) or "DTZ" in source.lines[call.lineno - 1]:
            continue  # Ruff's finding is answered here
        if "utc" not in name and _is_shown(source, call):
            continue
        if not (_is_harmless(name, source.parent(call)) or _is_chosen(source, call)):
            short = name.removeprefix("datetime.")
            yield Site(node=call, message=f"{short} gives a time without a zone")


_ZONING = re.compile(r"(?i)aware|locali[sz]e|to_utc|timezone|_tz\b")


def _has_zone(name: str, call: ast.Call) -> bool:
    return len(call.args) > _AWARE[name][1] or bool(call.keywords)


def _is_chosen(source: Source, call: ast.Call) -> bool:
    """The function asks for a zone elsewhere, so here local time is meant."""
    function = source.function_of(call)
    if function is None or "utc" in (source.called(call) or ""):
        return False
    named = ((source.called(each) or "", each) for each in calls_in(function.body))
    return any(name in _AWARE and _has_zone(name, each) for name, each in named)


def _is_shown(source: Source, call: ast.Call) -> bool:
    """Local time becomes text at once: somebody on this machine reads it."""
    for around in source.ancestors(call):
        match around:
            case ast.Attribute(attr="strftime") | ast.FormattedValue():
                return True
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                if name in _SHOWING:
                    return True
            case ast.Assign(targets=[ast.Name(id=name)]) if around.value is call:
                return _is_only_formatted(source, name, call)
            case ast.stmt() | ast.BinOp() | ast.Compare():
                return False
    return False


_SHOWING = frozenset({"format", "print", "debug", "info", "warn", "warning", "error"})


def _is_only_formatted(source: Source, name: str, call: ast.Call) -> bool:
    function = source.function_of(call)
    if function is None:
        return False
    uses = [
        source.parent(each)
        for each in ast.walk(function)
        if isinstance(each, ast.Name)
        and each.id == name
        and isinstance(each.ctx, ast.Load)
    ]
    return bool(uses) and all(
        isinstance(each, ast.Attribute) and each.attr == "strftime" for each in uses
    )


def _is_harmless(name: str, around: ast.AST | None) -> bool:
    """`now().timestamp()` is right; `utcnow().timestamp()` is hours off."""
    if isinstance(around, ast.Expr):
        return True  # only tried: whether it raises is all that matters
    if isinstance(around, ast.Call) and _ZONING.search(ast.unparse(around.func)):
        return True  # it gets its zone at once
    if not isinstance(around, ast.Attribute):
        return False
    right = around.attr == "timestamp" and name == "datetime.datetime.now"
    return right or around.attr in _SINGLE_FIELDS


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    match call.func:
        case ast.Attribute(value=ast.Name(id="datetime")):
            zone, imports = "timezone.utc", ["datetime:timezone"]
            known = mending.source.names.imported.get("timezone", "datetime.timezone")
            if known != "datetime.timezone" or mending.source.names.binds("timezone"):
                return None
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=module))):
            zone, imports = f"{module}.timezone.utc", []
        case _:
            return None
    name, _ = _AWARE[mending.source.called(call) or ""]
    kept = [each.with_changes(comma=_comma()) for each in node.args]
    renamed = node.with_deep_changes(node.func, attr=cst.Name(name))
    return Mended(renamed.with_changes(args=[*kept, argument("tz", zone)]), (*imports,))


def _comma() -> cst.Comma:
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


REPAIR = Rewrite(
    summary="Ask for the time in UTC",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Give every time a zone",
    practice="validate-boundaries",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 495", "Python docs: datetime, aware and naive objects"),
)
