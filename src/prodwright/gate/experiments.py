"""Which experiment gives evidence for which practices: the one place that says so.

`explain` shows it, the report names it where a practice is unverified, and `prove`
takes its stages and their order from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from prodwright.core.errors import UnknownName


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One stage of `prove`.

    Attributes:
        stage: Its name.
        does: What is done to the code, as a sentence without a full stop.
        practices: Those that it can show kept or broken.
        weight: Its share of the time, relative to the others'.
    """

    stage: str
    does: str
    practices: tuple[str, ...]
    weight: int


# Cheapest first: what a cheap one finds need not be found again by a dear one.
EXPERIMENTS = (
    Experiment(
        stage="tests",
        does="runs the project's own tests",
        practices=("unit-tests",),
        weight=2,
    ),
    Experiment(
        stage="supply",
        does="looks at what the project takes from others: versions, licences, flaws",
        practices=("distrust-external-data",),
        weight=1,
    ),
    Experiment(
        stage="architecture",
        does="imports modules in other orders, runs contracts, exchanges dependencies",
        practices=("layer-boundaries", "dependency-injection"),
        weight=2,
    ),
    Experiment(
        stage="mutants",
        does="changes code a little, and asks the tests that execute it",
        practices=("unit-tests",),
        weight=3,
    ),
    Experiment(
        stage="faults",
        does="runs each test again for each fault that the code could meet outside",
        practices=(
            *("recovery", "specific-handlers", "safe-messages", "contextual-logging"),
            *("clear-propagation", "pooling", "transactions", "concurrency"),
            *("distrust-external-data", "sensitive-data"),
        ),
        weight=5,
    ),
    Experiment(
        stage="crash",
        does="ends the process where it changes something, and looks at what is left",
        practices=("transactions",),
        weight=2,
    ),
    Experiment(
        stage="races",
        does="makes the calls of tests twice at once, in every order that matters",
        practices=("concurrency", "transactions"),
        weight=3,
    ),
    Experiment(
        stage="fuzz",
        does="puts hostile input where tests put theirs, and looks at what it does",
        practices=(
            *("validate-boundaries", "sanitize-io", "parameterized-queries"),
            *("safe-messages", "sensitive-data", "access-control", "clear-contracts"),
            *("distrust-external-data",),
        ),
        weight=5,
    ),
)


def experiment(stage: str) -> Experiment:
    """Return the experiment of that name.

    Raises:
        UnknownName: There is none.
    """
    known = {each.stage: each for each in EXPERIMENTS}
    if stage not in known:
        raise UnknownName("stage", stage, known=tuple(known))
    return known[stage]


def experiments_on(practice: str) -> tuple[str, ...]:
    """Return the stages that can show `practice` kept or broken, cheapest first."""
    return tuple(each.stage for each in EXPERIMENTS if practice in each.practices)
