"""A header that names server and version tells an attacker which hole to try.

It helps nobody else. With the version in the answer, finding all hosts with a hole
of this week is one search.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, keyword

EXAMPLES = (
    Example(
        bad="""
            import platform


            def answer(response):
                response.headers["X-Powered-By"] = "shop/1.4.2"  # flagged
                response.headers["Server"] = f"Python {platform.version()}"  # flagged
                return response
        """,
        good="""
            def answer(response):
                response.headers["X-Content-Type-Options"] = "nosniff"
                return response
        """,
    ),
)

_TELLING = frozenset({"x-powered-by", "x-aspnet-version", "x-runtime"})
_VERSION = re.compile(r"\d+\.\d+")


def check(source: Source) -> Iterator[Site]:
    if "headers" not in source.text and "uvicorn" not in source.text:
        return
    for node in source.nodes(ast.Assign):
        match node:
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        value=ast.Attribute(attr="headers"),
                        slice=ast.Constant(value=str(name)),
                    )
                ],
                value=value,
            ) if _tells(name, value):
                yield Site(node=node, message=f"{name} names what runs here")
    for call in source.calls_to({"uvicorn.run"}):
        shown = keyword(call, "server_header")
        if isinstance(shown, ast.Constant) and shown.value is True:
            yield Site(node=call, message="the server names itself")


def _tells(name: str, value: ast.expr) -> bool:
    if name.lower() in _TELLING:
        return True
    return name.lower() == "server" and _names_version(value)


def _names_version(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=str(text)):
            return _VERSION.search(text) is not None
        case ast.JoinedStr():
            return "version" in ast.unparse(value).lower()
        case _:
            return False


REPAIR = Brief(summary="Leave the header out, also in the proxy before the service")

HAZARD = Hazard(
    title="Keep versions out of answers",
    practice="timing-leaks",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-200", "OWASP ASVS 5.0 13.4.6"),
)
