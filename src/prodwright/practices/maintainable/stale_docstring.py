"""A docstring that describes an argument that is gone misleads every caller.

Whoever believes it passes what is no longer understood, or relies on what no
longer happens; nobody trusts the rest of it either.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad='''
            def send(message, timeout_seconds):  # flagged
                """Send a message.

                Args:
                    message: What to send.
                    retries: How often to try.
                """
                return message, timeout_seconds


            def receive(queue):  # flagged
                """Receive a message.

                :param queue: Where from.
                :param wait: How long.
                """
                return queue
        ''',
        good='''
            def send(message, timeout_seconds, **options):
                """Send a message.

                Args:
                    message: What to send.
                    timeout_seconds (float): When to give up.
                    retries: An option.
                """
                return message, timeout_seconds, options
        ''',
    ),
)

_GOOGLE = re.compile(
    r"^(\s*)(?:Args|Arguments|Parameters):\s*\n((?:\1[ \t]+.*\n|\s*\n)+)", re.M
)
_ENTRY = re.compile(r"^(\s+)\*{0,2}(\w+)(?: \([^)]*\))?:", re.M)
_SPHINX = re.compile(r"^\s*:param (?:[\w\[\], |.]+ )?\*{0,2}(\w+):", re.M)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        docstring = ast.get_docstring(function, clean=True)
        if docstring is None or function.args.kwarg is not None:
            continue
        gone = sorted(set(_documented(docstring)) - _parameters(function))
        if gone and not _is_replaced(function):
            message = f"the docstring describes {', '.join(gone)}, which is not there"
            yield Site(node=function, message=message)


def _documented(docstring: str) -> Iterator[str]:
    yield from _SPHINX.findall(docstring)
    for _, block in _GOOGLE.findall(docstring + "\n"):
        entries = _ENTRY.findall(block)
        margin = min((len(space) for space, _ in entries), default=0)
        yield from (name for space, name in entries if len(space) == margin)


def _parameters(function: Function) -> set[str]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    every += [each for each in (given.vararg, given.kwarg) if each is not None]
    return {each.arg for each in every}


def _is_replaced(function: Function) -> bool:
    """A decorator may add or remove arguments; `*args` may hold any."""
    return bool(function.decorator_list) or function.args.vararg is not None


REPAIR = Brief(summary="Describe the arguments that there are, and no others")

HAZARD = Hazard(
    title="Keep docstrings true",
    practice="documentation",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1116", "PEP 257"),
)
