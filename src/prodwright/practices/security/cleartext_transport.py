"""What is sent in the clear is read and changed by everybody on the way.

Passwords, tokens and answers travel through networks nobody vouches for; one
redirect injected into an `http://` call is enough to take it over.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, text_pieces

EXAMPLES = (
    Example(
        bad="""
            import requests


            def login(body):
                url = "http://accounts.acme.io/login"
                return requests.post(url, json=body, timeout=5)  # flagged
        """,
        good="""
            import requests


            def login(body):
                url = "https://accounts.acme.io/login"
                return requests.post(url, json=body, timeout=5)


            def probe():
                return requests.get("http://localhost:8080/health", timeout=5)
        """,
    ),
)

_REQUESTS = re.compile(
    r"(requests|httpx)(\.Session|\.Client|\.AsyncClient)?\.(get|post|put|patch|delete|"
    r"head|request)|urllib\.request\.(urlopen|urlretrieve)"
)
_CLEAR = frozenset({"ftplib.FTP", "telnetlib.Telnet"})
_LOCAL = re.compile(
    r"http://(localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|"
    r"169\.254\.|metadata|[\w-]+(:|/|$)|[^/:]*\.(local|internal|test|example|svc|lan))"
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_CLEAR):
        if _is_a_choice(source, call):
            continue
        message = f"{source.called(call)} sends passwords in the clear"
        yield Site(node=call, message=message)
    for call in source.calls_where(_REQUESTS.fullmatch):
        if _is_clear(source, call):
            yield Site(node=call, message="the request is sent in the clear")


def _is_a_choice(source: Source, call: ast.Call) -> bool:
    """Who asks for FTP by its name gets it; some offer both, with and without TLS."""
    around = [
        each.name
        for each in source.ancestors(call)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    named = any("ftp" in each.lower() for each in (source.path, *around))
    return named or "FTP_TLS" in source.text or '"ftp"' in source.text


def _is_clear(source: Source, call: ast.Call) -> bool:
    given = [
        *call.args[:2],
        *(each.value for each in call.keywords if each.arg == "url"),
    ]
    for each in given:
        pieces = text_pieces(source, each)
        text = pieces[0] if pieces else ""
        if isinstance(text, str) and text.startswith("http://") and len(text) > _SCHEME:
            return _LOCAL.match(text) is None
    return False


_SCHEME = len("http://")

REPAIR = Brief(summary="Use `https://`, SFTP or SSH, and refuse to be redirected down")

HAZARD = Hazard(
    title="Encrypt what leaves the machine",
    practice="sensitive-data",
    severity=Severity.MEDIUM,
    check=check,
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-319", "ASVS 5 12.2.1"),
)
