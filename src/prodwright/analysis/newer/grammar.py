"""New grammar outside of strings, put in older words of the same length.

Sources: PEP 695 and 696 (type parameters, `type` statements), PEP 758 (`except`
without brackets).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from prodwright.analysis.newer.edits import Edit, blank
from prodwright.analysis.newer.scanning import Unscannable

_GENERIC = re.compile(r"\b(?:def|class)[ \t]+\w+[ \t]*(\[)")
_ALIAS = re.compile(r"(?m)(?:^[ \t\f]*|[;:][ \t]*)type([ \t]+)(\w+)[ \t]*(\[|=(?!=))")
_EXCEPT = re.compile(r"(?m)^[ \t\f]*except\b")
_NAMED = re.compile(r"\bas\b")
ALIASING = "type_"
_OPENING, _CLOSING = "([{", ")]}"


def older_grammar(code: str) -> Iterator[Edit]:
    """Yield the edits that put `code` in older words.

    Args:
        code: With strings and comments blanked out, every offset kept.

    Raises:
        Unscannable: There is no room for it.
    """
    for generic in _GENERIC.finditer(code):
        yield _without_parameters(code, generic.start(1))
    for alias in _ALIAS.finditer(code):
        if keyword.iskeyword(alias[2]):
            continue
        yield Edit(alias.start(1), alias.end(1), "_" * len(alias[1]))
        if alias[3] == "[":
            yield _without_parameters(code, alias.start(3))
    for clause in _EXCEPT.finditer(code):
        yield from _caught(code, clause.end())


def _without_parameters(code: str, opened: int) -> Edit:
    return blank(code, opened, _closing(code, opened) + 1)


def _closing(code: str, opened: int) -> int:
    depth = 0
    for at in range(opened, len(code)):
        depth += (code[at] in _OPENING) - (code[at] in _CLOSING)
        if depth == 0:
            return at
    raise Unscannable("type parameters without an end")


def _caught(code: str, start: int) -> Iterator[Edit]:
    """`except A, B:` catches what `except A| B:` seems to, which older ones read."""
    commas, depth = [], 0
    for at in range(start, len(code)):
        depth += (code[at] in _OPENING) - (code[at] in _CLOSING)
        if depth == 0 and code[at] == ",":
            commas.append(at)
        if depth == 0 and code[at] in ":\r\n":
            if _NAMED.search(code, start, at) is None:
                yield from (Edit(each, each + 1, "|") for each in commas)
            return
    raise Unscannable("an `except` without a colon")
