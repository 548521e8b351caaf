"""A generator with a fixed seed deals the same cards after each restart.

Whoever has seen one run knows the codes of all others; and all replicas deal the
same ones at the same time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, is_script

EXAMPLES = (
    Example(
        bad="""
            import random

            random.seed(42)  # flagged


            def winner(names):
                return random.choice(names)
        """,
        good="""
            import secrets


            def winner(names):
                return secrets.choice(names)
        """,
    ),
)

_SEEDS = frozenset({"random.seed", "numpy.random.seed"})
_LEARNING = ("torch", "tensorflow", "sklearn", "numpy", "jax", "pandas", "scipy")


def check(source: Source) -> Iterator[Site]:
    calls = source.calls_to(_SEEDS)
    if not calls or source.imports(*_LEARNING) or is_script(source):
        return  # an experiment is meant to be repeatable
    for call in calls:
        match call.args:
            case [ast.Constant(value=int() | str() as seed)]:
                message = f"every process deals the same with seed {seed!r}"
                yield Site(node=call, message=message)


REPAIR = Brief(
    summary="Leave the seed out, or use `secrets`; give a test a `random.Random(42)` "
    "of its own"
)

HAZARD = Hazard(
    title="Seed generators in tests only",
    practice="secure-random",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-336", "CWE-330"),
)
