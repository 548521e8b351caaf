"""A class that makes its own client can only be tested against the real service.

Tests then patch names inside the module, which breaks with every refactoring, or
they are not written; the second environment needs a change in the class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            import httpx


            class Rates:
                def __init__(self):
                    self.client = httpx.Client(base_url="https://rates.test")  # flagged
        """,
        good="""
            import httpx


            class Rates:
                def __init__(self, client: httpx.Client):
                    self.client = client
        """,
    ),
)

_OUTSIDE = frozenset(
    {
        "httpx.Client",
        "httpx.AsyncClient",
        "requests.Session",
        "boto3.client",
        "boto3.resource",
        "redis.Redis",
        "redis.asyncio.Redis",
        "pymongo.MongoClient",
        "sqlalchemy.create_engine",
        "psycopg2.connect",
        "psycopg.connect",
        "openai.OpenAI",
        "smtplib.SMTP",
        "openai.AsyncOpenAI",
    }
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_OUTSIDE):
        function = source.function_of(call)
        if function is None or function.name != "__init__" or _has_choice(source, call):
            continue
        if not _takes_one(function):
            message = f"the class makes its own {source.called(call)}"
            yield Site(node=call, message=message)


def _has_choice(source: Source, call: ast.Call) -> bool:
    """`client or Client()` and a branch leave the choice to the caller."""
    return not isinstance(source.parent(call), ast.Assign | ast.AnnAssign) or any(
        isinstance(each, ast.If | ast.Try) for each in source.ancestors(call)
    )


def _takes_one(function: Function) -> bool:
    names = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    words = ("client", "session", "engine", "connection", "transport", "redis")
    return any(word in name for name in names for word in words)


REPAIR = Brief(
    summary="Take the client as an argument; make it once, where the program starts"
)

HAZARD = Hazard(
    title="Take dependencies as arguments",
    practice="dependency-injection",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Fowler, Inversion of Control Containers (2004)",),
    preview=True,
)
