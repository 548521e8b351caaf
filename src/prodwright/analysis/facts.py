"""What one file alone shows, worked out once and kept for later reviews.

A hazard of several files decides by what each of them shows. Where that is asked
through a function marked `per_file`, a later review of the same text knows it and need
not parse the file again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from prodwright.analysis.source import Source

P = ParamSpec("P")
T = TypeVar("T")
Place = tuple[int, int, int, int]  # first line, column, last line, its column


def per_file(
    fact: Callable[Concatenate[Source, P], T],
) -> Callable[Concatenate[Source, P], T]:
    """Return `fact`, remembered by the source it is about and what else it is given.

    Args:
        fact: A pure function of a source. Further arguments are positional; they and
            what it returns are None, numbers, texts, bytes, and tuples of such.
    """
    name = f"{fact.__module__}.{fact.__qualname__}"

    @wraps(fact)
    def remembered(source: Source, *more: P.args, **none: P.kwargs) -> T:
        facts, key = source.facts, (name, *more)
        if key not in facts:
            facts[key] = fact(source, *more, **none)
        value: T = facts[key]
        return value

    return remembered  # type: ignore[return-value]  # parameter by position only


def place_of(node: ast.stmt | ast.expr) -> Place:
    """Return where `node` stands."""
    last = node.end_lineno or node.lineno
    return (node.lineno, node.col_offset, last, node.end_col_offset or node.col_offset)


def node_at(place: Place) -> ast.stmt:
    """Return a node that stands at `place`, and is nothing else."""
    return ast.Pass(
        lineno=place[0],
        col_offset=place[1],
        end_lineno=place[2],
        end_col_offset=place[3],
    )


@per_file
def line_at(source: Source, line: int) -> str:
    """Return the text of a line, from 1; empty behind the last."""
    return source.lines[line - 1] if line <= len(source.lines) else ""
