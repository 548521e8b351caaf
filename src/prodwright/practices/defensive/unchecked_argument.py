"""`sys.argv[1]` without a check answers a typing mistake with a traceback.

Or worse, it works: the wrong folder is deleted, because the arguments came in
another order than the script supposed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            import sys


            def main():
                clear(sys.argv[1])  # flagged
        """,
        good="""
            import argparse


            def main():
                options = argparse.ArgumentParser()
                options.add_argument("folder")
                clear(options.parse_args().folder)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("sys") or _looks(source):
        return
    for node in source.nodes(ast.Subscript):
        match node.slice:
            case ast.Constant(value=int(place)) if place > 0 and _is_read(source, node):
                message = f"argument {place} is used as it is, if there is one"
                yield Site(node=node, message=message)
                return


def _is_read(source: Source, node: ast.Subscript) -> bool:
    is_argv = source.qualified(node.value) == "sys.argv"
    return is_argv and isinstance(node.ctx, ast.Load)


def _looks(source: Source) -> bool:
    """Its length is asked for, or the missing argument is handled."""
    text = source.text
    return "len(sys.argv" in text or "len(argv" in text or "IndexError" in text


REPAIR = Brief(
    summary="Declare the arguments with argparse or click, with types and choices"
)

HAZARD = Hazard(
    title="Declare what a command takes",
    practice="validate-boundaries",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-20",),
)
