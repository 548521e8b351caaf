"""What following a function, or looking a method up, yields."""

from __future__ import annotations

from typing import NamedTuple

from prodwright.analysis.dataflow.trails import Step, Trail
from prodwright.analysis.dataflow.values import Environment, Value
from prodwright.analysis.models import Sink, Validator


class Hit(NamedTuple):
    """Where a parameter ends, if what is passed for it is dangerous.

    Attributes:
        path: File of the place that hurts.
        position: Of the call there.
        callee: What is called there, as it is written.
        trail: Of the value within the function whose parameter it is.
        inner: Where it goes on, when it is handed to another function first: the
            step that does, the slot there, and the hit.
    """

    path: str
    position: int
    callee: str
    trail: Trail | None
    inner: tuple[Step, int, Hit] | None = None


class Summary(NamedTuple):
    """What a function does with what it is given.

    Attributes:
        result: What it returns, in terms of its parameters.
        hits: By parameter (slot) and category.
    """

    result: Value
    hits: dict[tuple[int, str], Hit]


class Inlined(NamedTuple):
    """What one call of a function did, in terms of its caller's parameters.

    Attributes:
        result: What it returned.
        hits: As in `Summary`, of the caller's parameters.
        environment: Its variables in the end.
    """

    result: Value
    hits: dict[tuple[int, str], Hit]
    environment: Environment


class Methods(NamedTuple):
    """What is known of methods by their name alone.

    Attributes:
        sinks: What they do with dangerous values.
        cleared: Taint that their result no longer has.
        validator: What their result tells.
        passes: Whether their result is made of their arguments.
        is_clean: Whether their result has nothing of their object.
    """

    sinks: tuple[Sink, ...]
    cleared: int
    validator: Validator | None
    passes: bool
    is_clean: bool
