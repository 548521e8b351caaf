"""A call without a timeout can wait for ever and take its worker with it.

One slow dependency then holds every thread of the service, and the outage of
somebody else becomes yours. Most clients wait without limit unless they are
told otherwise: `requests`, `urllib`, sockets and programs like `curl` among them.
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
    cst,
    is_run_by_hand,
    keyword,
    only_value,
    text_pieces,
)

EXAMPLES = (
    Example(
        bad="""
            import requests


            def health(url):
                return requests.get(url).status_code  # flagged
        """,
        good="""
            import requests


            def health(url):
                return requests.get(url, timeout=10.0).status_code
        """,
    ),
    Example(
        bad="""
            import requests


            def rates(url):
                with requests.Session() as session:
                    return session.get(  # flagged
                        url,
                        headers={"accept": "application/json"},
                    )
        """,
        good="""
            import requests


            def rates(url):
                with requests.Session() as session:
                    return session.get(
                        url,
                        headers={"accept": "application/json"}, timeout=10.0,
                    )
        """,
    ),
    Example(
        bad="""
            import httpx


            def client(url):
                return httpx.Client(base_url=url, timeout=None)  # flagged
        """,
        good="""
            import httpx


            def client(url):
                return httpx.Client(base_url=url, timeout=10.0)
        """,
    ),
)

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
# Position of the timeout among positional arguments, where it can be given so.
_UNBOUNDED = {
    **{f"requests.{verb}": None for verb in _VERBS},
    **{f"requests.Session.{verb}": None for verb in _VERBS},
    **{f"requests.session.{verb}": None for verb in _VERBS},
    "urllib.request.urlopen": 2,
    "socket.create_connection": 1,
    "subprocess.run": None,
    "subprocess.call": None,
    "subprocess.check_call": None,
    "subprocess.check_output": None,
    "smtplib.SMTP": 3,
    "smtplib.SMTP_SSL": 3,
    "ftplib.FTP": 4,
    "poplib.POP3": 2,
    "poplib.POP3_SSL": None,
    "imaplib.IMAP4": 2,
    "imaplib.IMAP4_SSL": None,
    "http.client.HTTPConnection": 2,
    "http.client.HTTPSConnection": None,
    "xmlrpc.client.ServerProxy": None,
}
# Bounded unless somebody switches the bound off with `timeout=None`.
_BOUNDED = frozenset(
    {
        "httpx.Client",
        "httpx.AsyncClient",
        "httpx.stream",
        *(
            f"{client}.{verb}"
            for client in ("httpx", "httpx.Client", "httpx.AsyncClient")
            for verb in _VERBS
        ),
    }
)
_WAITING = _BOUNDED | _UNBOUNDED.keys()
_CANNOT = frozenset({"xmlrpc.client.ServerProxy"})  # takes no timeout of its own
_SECONDS = "10.0"


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_WAITING):
        name = source.called(call) or ""
        if not _waits_for_ever(name, call):
            continue
        if is_run_by_hand(source, call):
            continue  # whoever started it sees it wait
        if not name.startswith("subprocess.") or _reaches_out(source, call):
            yield Site(node=call, message=f"{name} waits without a limit")


def _waits_for_ever(name: str, call: ast.Call) -> bool:
    if name in _BOUNDED:
        return _is_none(keyword(call, "timeout"))
    return name in _UNBOUNDED and not _is_bounded(call, _UNBOUNDED[name])


def _is_bounded(call: ast.Call, position: int | None) -> bool:
    if any(each.arg is None for each in call.keywords):
        return True  # `**options` may hold it
    if any(isinstance(each, ast.Starred) for each in call.args):
        return True
    by_position = position is not None and len(call.args) > position
    given = keyword(call, "timeout")
    return by_position or (given is not None and not _is_none(given))


# A build or an editor may take its time; what asks another machine may not.
_CLIENTS = re.compile(
    r"(?:^|[|;&(/\s])(?:(?:curl|wget|ssh|scp|sftp|rsync|kubectl|helm|docker|podman"
    r"|aws|az|gcloud|gsutil|psql|pg_dump|mysql|mysqldump|redis-cli|ping|dig|nslookup"
    r"|host|nvidia-smi)(?=\s|$)"
    r"|(?:git|pip3?|npm|apt-get|apt)(?:\s+-\S+)*\s+"
    r"(?:clone|fetch|pull|push|ls-remote|install|download|update)(?=\s|$))"
)


def _reaches_out(source: Source, call: ast.Call) -> bool:
    if not call.args:
        return False
    command = only_value(source, call.args[0])
    match command:
        case ast.List(elts=words) | ast.Tuple(elts=words):
            text = " ".join(_fixed(source, each) for each in words)
        case _:
            text = _fixed(source, command)
    return _CLIENTS.search(text) is not None


def _fixed(source: Source, word: ast.expr) -> str:
    """The word's text; what varies in it stands as `_`."""
    pieces = text_pieces(source, word)
    return "".join(each if isinstance(each, str) else "_" for each in pieces) or "_"


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    if mending.source.called(call) in _CANNOT:
        return None
    if keyword(call, "timeout") is not None:
        return Mended(_with_limit(node))
    bound = argument("timeout", _SECONDS)
    if node.args and isinstance(node.args[-1].comma, cst.Comma):
        bound = bound.with_changes(comma=node.args[-1].comma)
    spaced = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    before = [*node.args[:-1]]
    before += [each.with_changes(comma=spaced) for each in node.args[-1:]]
    return Mended(node.with_changes(args=[*before, bound]))


def _with_limit(node: cst.Call) -> cst.Call:
    args = [
        each.with_changes(value=cst.parse_expression(_SECONDS))
        if each.keyword is not None and each.keyword.value == "timeout"
        else each
        for each in node.args
    ]
    return node.with_changes(args=args)


REPAIR = Rewrite(
    summary="Pass a timeout in seconds; ten is a starting point, the caller's own "
    "deadline is better",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Bound every call that leaves the process",
    practice="recovery",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1088", "ASVS 5 13.1.3"),
)
