"""A function that writes SQL, calls a service and builds HTML can only be run whole.

Its rule is tested by starting all three, so it is not tested; and whoever mends
the HTML edits the line beside the payment.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
)

EXAMPLES = (
    Example(
        bad="""
            import subprocess

            import requests


            def remind(cursor, rates):  # flagged
                cursor.execute("SELECT name FROM customers WHERE late")
                names = cursor.fetchall()
                requests.post("https://mail.test", json=names, timeout=5)
                subprocess.run(["lpr", "reminder.txt"], check=True, timeout=30)
        """,
        good="""
            def remind(customers, post, printer):
                late = customers.late()
                post.send(late)
                printer.print(late)
        """,
    ),
)

_MODULES = ("requests", "httpx", "urllib", "aiohttp", "subprocess", "smtplib", "os")
LEAST_KINDS = 3  # of the outside world that one function touches itself
_SQL = re.compile(r"(?is)\s*(select|insert|update|delete)\s")
_PREFIXES = {
    "another service": ("requests.", "httpx.", "urllib.request.", "aiohttp."),
    "a process": ("subprocess.", "os.system", "os.popen"),
    "mail": ("smtplib.",),
    "the file system": ("open", "shutil.", "os.remove", "os.rename", "os.makedirs"),
}


def check(source: Source) -> Iterator[Site]:
    if not source.imports(*_MODULES):
        return  # a database and files are two kinds only
    found: dict[Function, set[str]] = defaultdict(set)
    for call in source.nodes(ast.Call):
        kind = _kind(source, call)
        function = source.function_of(call) if kind else None
        if function is not None:
            found[function].add(kind)
    for function, kinds in found.items():
        if len(kinds) >= LEAST_KINDS:
            told = ", ".join(sorted(kinds))
            message = f"{function.name} speaks with {told} itself"
            yield Site(node=function, message=message)


def _kind(source: Source, call: ast.Call) -> str:
    """Return what of the outside world is called; empty when it is nothing of it."""
    if _queries(call):
        return "a database"
    name = source.called(call) or ""
    kinds = (kind for kind, each in _PREFIXES.items() if _starts(name, each))
    return next(kinds, "")


def _starts(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(
        name.startswith(each) if each.endswith(".") else name == each
        for each in prefixes
    )


def _queries(call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(attr="execute"), args=[ast.Constant(value=str(text)), *_]
        ):
            return _SQL.match(text) is not None
        case _:
            return False


REPAIR = Brief(
    summary="Give each outside thing an object with a name, pass them in, and leave "
    "the order of the steps to this function"
)

HAZARD = Hazard(
    title="Keep each function on one level",
    practice="separation-of-concerns",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Robert C. Martin, Clean Code, chapter 3",),
)
