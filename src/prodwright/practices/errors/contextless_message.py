"""`ValueError: invalid value` tells nobody which value, or what would be valid.

Whoever is on call has to reproduce the failure to learn what the program knew
all along.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            def set_rate(rate):
                if not 0 < rate <= 1:
                    raise ValueError("Invalid rate")  # flagged
                return rate
        """,
        good="""
            def set_rate(rate):
                if not 0 < rate <= 1:
                    raise ValueError(f"rate {rate} is not above 0 and at most 1")
                return rate
        """,
    ),
)

_EMPTY_WORDS = re.compile(
    r"(?i)(an? )?(invalid|bad|wrong|unknown|unexpected|illegal|incorrect|unsupported)"
    r"( \w+){0,2}[.!]?|error|failed|failure|unknown error|something went wrong[.!]?"
)


def check(source: Source) -> Iterator[Site]:
    for statement in source.nodes(ast.Raise):
        match statement.exc:
            case ast.Call(args=[ast.Constant(value=str(text))], keywords=[]):
                if _SAYS_ENOUGH.search(text) or _is_answer(statement.exc):
                    continue
                if _EMPTY_WORDS.fullmatch(text) and _knows_more(source, statement):
                    message = f"{text!r} names neither the value nor the rule"
                    yield Site(node=statement, message=message)


# What must not be repeated, and kinds that are rules by themselves.
_SAYS_ENOUGH = re.compile(
    r"(?i)key|token|password|credential|signature|secret|login|json|yaml|xml|uuid|url"
    r"|e-?mail|integer|number|base64|utf"
)


_ANSWERS = ("404", "NotFound", "BadRequest", "Forbidden", "Unauthorized", "Conflict")


def _is_answer(raised: ast.Call) -> bool:
    """Who asked knows what they asked for."""
    match raised.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.startswith(("Http", "HTTP")) or name.endswith(_ANSWERS)
        case _:
            return False


def _knows_more(source: Source, statement: ast.Raise) -> bool:
    """There is a value to name: the function was given one."""
    function = source.function_of(statement)
    if function is None:
        return False
    given = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    return bool(given - {"self", "cls"})


REPAIR = Brief(
    summary="Name the offending value (never a secret) and the rule that it breaks"
)

HAZARD = Hazard(
    title="Say which value breaks which rule",
    practice="safe-messages",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1295",),
)
