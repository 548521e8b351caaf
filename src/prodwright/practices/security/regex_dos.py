"""A pattern with a repeated repetition takes years for thirty characters.

`(a+)+$` tries every way to split the text before it gives up. One request with a
text made for it holds a worker, and Python cannot even interrupt the match.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad=r"""
            import re

            WORDS = re.compile(r"^(\w+\s?)+$")  # flagged
            TAGS = re.compile(r"(<[^>]*>)+")
        """,
        good=r"""
            import re

            WORDS = re.compile(r"^\w+(\s\w+)*\s?$")
            TAGS = re.compile(r"(<[^>]*>)+")
        """,
    ),
)

_COMPILING = frozenset(
    f"re.{name}"
    for name in (
        "compile",
        "match",
        "search",
        "fullmatch",
        "sub",
        "subn",
        "split",
        "findall",
        "finditer",
    )
)
_MOST_CHARACTERS = 2_000
_MANY = 10  # repetitions, from which on a repetition counts as unbounded
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
Item = tuple[Any, Any]


def check(source: Source) -> Iterator[Site]:
    if not source.imports("re"):
        return
    for call in source.calls_to(_COMPILING):
        match call.args:
            case [ast.Constant(value=str(pattern)), *_]:
                if _explodes(pattern):
                    message = "a repetition in a repetition: long texts take for ever"
                    yield Site(node=call, message=message)


def _explodes(pattern: str) -> bool:
    """Tell whether some repetition can split the same text in many ways."""
    if len(pattern) > _MOST_CHARACTERS or not re.search(r"[+*}]", pattern):
        return False
    parsed = _parsed(pattern)
    return parsed is not None and _nested(parsed, follows=False)


def _parsed(pattern: str) -> Sequence[Item] | None:
    parser = re._parser  # type: ignore[attr-defined]  # the one that knows all of `re`
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(parser.parse(pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def _nested(items: Sequence[Item], *, follows: bool) -> bool:
    """Tell whether one of `items` repeats what repeats, with something behind it.

    Args:
        items: As the parser gives them.
        follows: Whether what stands behind `items` can make the match fail.
    """
    for place, (kind, value) in enumerate(items):
        behind = follows or place + 1 < len(items)
        if str(kind) in _REPEATS:
            _, most, inner = value
            if most > _MANY and behind and _ambiguous(list(inner)):
                return True
            if _nested(list(inner), follows=behind):
                return True
        for each in _inside(kind, value):
            if _nested(each, follows=behind):
                return True
    return False


def _inside(kind: Any, value: Any) -> Iterator[Sequence[Item]]:
    if str(kind) == "SUBPATTERN":
        yield list(value[-1])
    elif str(kind) == "BRANCH":
        yield from map(list, value[1])


def _ambiguous(items: Sequence[Item]) -> bool:
    """Tell whether one round of `items` may also be read as several rounds.

    So it is when all but one repetition may be empty: `(a+)+`, `(a+b?)+`; or when the
    rest is of characters that the repetition takes, too: `([a-z]*a)+`.
    """
    while len(items) == 1 and str(items[0][0]) == "SUBPATTERN":
        items = list(items[0][1][-1])
    repeated: list[frozenset[int]] = []
    needed: list[frozenset[int]] = []
    for kind, value in items:
        if str(kind) not in _REPEATS:
            needed.append(_characters((kind, value)))
            continue
        least, most, inner = value
        if most > _MANY:
            repeated.append(_characters_of(list(inner)))
        elif least > 0:
            needed.append(_characters_of(list(inner)))
    if len(repeated) != 1:
        return False
    return not needed or bool(repeated[0].intersection(*needed))


def _characters_of(items: Sequence[Item]) -> frozenset[int]:
    while len(items) == 1 and str(items[0][0]) == "SUBPATTERN":
        items = list(items[0][1][-1])
    return _characters(items[0]) if len(items) == 1 else frozenset()


def _characters(item: Item) -> frozenset[int]:
    """Return the ASCII characters that an item takes; none when it takes several."""
    kind, value = str(item[0]), item[1]
    if kind == "LITERAL":
        return frozenset({value})
    if kind == "NOT_LITERAL":
        return _ASCII - {value}
    if kind == "ANY":
        return _ASCII
    return _in_class(value) if kind == "IN" else frozenset()


def _in_class(members: Sequence[Item]) -> frozenset[int]:
    taken: set[int] = set()
    for each, value in members:
        match str(each):
            case "LITERAL":
                taken.add(value)
            case "RANGE":
                taken.update(range(value[0], min(value[1], 127) + 1))
            case "CATEGORY":
                taken |= _CATEGORIES.get(str(value), frozenset())
    is_negated = bool(members) and str(members[0][0]) == "NEGATE"
    return _ASCII - taken if is_negated else frozenset(taken)


_ASCII = frozenset(range(128))
_WORD = frozenset(each for each in _ASCII if re.fullmatch(r"\w", chr(each)))
_DIGIT = frozenset(each for each in _ASCII if re.fullmatch(r"\d", chr(each)))
_SPACE = frozenset(each for each in _ASCII if re.fullmatch(r"\s", chr(each)))
_CATEGORIES = {
    "CATEGORY_WORD": _WORD,
    "CATEGORY_NOT_WORD": _ASCII - _WORD,
    "CATEGORY_DIGIT": _DIGIT,
    "CATEGORY_NOT_DIGIT": _ASCII - _DIGIT,
    "CATEGORY_SPACE": _SPACE,
    "CATEGORY_NOT_SPACE": _ASCII - _SPACE,
}


REPAIR = Brief(
    summary="Write it so that each text can be matched in one way only "
    "(`\\w+(\\s\\w+)*`), with possessive quantifiers or atomic groups, and bound "
    "the length of the text"
)

HAZARD = Hazard(
    title="Match in one way only",
    practice="sanitize-io",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1333", "OWASP: regular expression denial of service"),
)
