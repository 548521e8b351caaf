"""A session cookie that scripts can read or HTTP can carry is soon someone else's.

One injected script or one unencrypted request hands the session over, and with it
everything the user may do.
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
    constant,
    cst,
    keyword,
    only_value,
    without_keyword,
)

EXAMPLES = (
    Example(
        bad="""
            def login(response, token):
                response.set_cookie("session", token)  # flagged
        """,
        good="""
            def login(response, token):
                response.set_cookie("session", token, secure=True, httponly=True)
        """,
    ),
    Example(
        bad="""
            def login(response, token):
                response.set_cookie("auth_token", token, secure=False)  # flagged
        """,
        good="""
            def login(response, token):
                response.set_cookie("auth_token", token, secure=True, httponly=True)
        """,
    ),
)

_SESSION = re.compile(r"(?i).*(session|sid|auth|token|jwt|login|remember).*")
_NEEDED = ("secure", "httponly")


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("set_cookie"):
        match call.func:
            case ast.Attribute() if not _is_removal(call):
                lacking = _lacking(call) if _is_session(source, call) else _off(call)
                if lacking:
                    names = " and ".join(lacking)
                    yield Site(node=call, message=f"the cookie is not {names}")
    yield from _switched_off(source)


def _switched_off(source: Source) -> Iterator[Site]:
    """Yield stores of sessions, and settings, that say so outright."""
    for call in source.calls_where(_STORES.fullmatch):
        off = [each for each in _NEEDED if constant(keyword(call, each)) is False]
        if off:
            yield Site(node=call, message=f"the cookie is not {' and '.join(off)}")
    for assigned in source.nodes(ast.Assign):
        for target in assigned.targets:
            setting = _SETTINGS.fullmatch(_last_name(target))
            is_off = setting and constant(assigned.value) is False
            if setting and is_off and not _DEVELOPMENT.search(source.path):
                message = f"the cookie is not {setting[1].lower()}"
                yield Site(node=assigned, message=message)


_STORES = re.compile(r"aiohttp_session\.\w+\.\w*Storage")
_SETTINGS = re.compile(r"SESSION_COOKIE_(SECURE|HTTPONLY)")
_DEVELOPMENT = re.compile(r"(?i)(dev|local|test|debug|example|global_settings|ci\b)")


def _last_name(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def _is_session(source: Source, call: ast.Call) -> bool:
    """A token against request forgery must be readable, so it is none."""
    named = call.args[0] if call.args else keyword(call, "key")
    value = only_value(source, named) if named is not None else None
    text = value.value if isinstance(value, ast.Constant) else ""
    if not isinstance(text, str) or "csrf" in text.lower() or "xsrf" in text.lower():
        return False
    complete = not any(each.arg is None for each in call.keywords)
    return complete and _SESSION.fullmatch(text) is not None


def _is_removal(call: ast.Call) -> bool:
    """A cookie without a value, or that ends now, holds nothing to steal."""
    value = call.args[1] if len(call.args) > 1 else keyword(call, "value")
    if isinstance(value, ast.Constant) and not value.value:
        return True
    ends = (keyword(call, each) for each in ("max_age", "expires"))
    return any(isinstance(each, ast.Constant) and each.value == 0 for each in ends)


def _lacking(call: ast.Call) -> list[str]:
    return [option for option in _NEEDED if _is_off(keyword(call, option))]


def _off(call: ast.Call) -> list[str]:
    """What was switched off on purpose counts for any cookie."""
    secure = keyword(call, "secure")
    named = call.args[0] if call.args else keyword(call, "key")
    text = str(constant(named)).lower() if named is not None else ""
    is_token = "csrf" in text or "xsrf" in text
    return ["secure"] if constant(secure) is False and not is_token else []


def _is_off(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and not value.value)


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr != "set_cookie":
        return None
    lacking = _lacking(call) if _is_session(mending.source, call) else _off(call)
    for option in lacking:
        node = without_keyword(node, option)
    if not node.args or isinstance(node.args[-1].comma, cst.Comma):
        return None
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    added = [argument(option, "True") for option in lacking]
    every = [*node.args, *added]
    spaced = [each.with_changes(comma=comma) for each in every[:-1]]
    return Mended(node.with_changes(args=[*spaced, every[-1]]))


REPAIR = Rewrite(
    summary="Set `secure` and `httponly`",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Keep session cookies from scripts and plain HTTP",
    practice="access-control",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-614", "CWE-1004", "ASVS 5 3.3.1", "ASVS 5 3.3.4"),
)
