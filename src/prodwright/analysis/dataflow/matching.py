"""`match`: which of its cases may come true, and what they bind."""

from __future__ import annotations

from prodwright.analysis import ir
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.frame import TABLE, Frame
from prodwright.analysis.dataflow.names import assign
from prodwright.analysis.dataflow.values import (
    UNKNOWN,
    Environment,
    Value,
    joined_environments,
    plain,
)
from prodwright.analysis.ir import Node


def _match(frame: Frame, node: Node, environment: Environment) -> Environment | None:
    subject = frame.evaluate(node[1], environment)
    after: Environment | None = None
    for pattern, guard, body in node[2]:
        fits = _fits(frame, pattern, subject, environment)
        if fits is False:
            continue
        inside = environment.copy()
        _capture(frame, pattern, subject, inside)
        if guard is not None:
            test = frame.evaluate(guard, inside)
            if test[1] is not UNKNOWN and not test[1]:
                continue
            fits = fits if test[1] is not UNKNOWN else None
        after = joined_environments(after, frame.run(body, inside))
        if fits:
            return after
    return joined_environments(after, environment)


def _fits(
    frame: Frame, pattern: Node, subject: Value, environment: Environment
) -> bool | None:
    """Tell whether a pattern fits; None when that is not known."""
    if pattern[0] == ir.EQUALS:
        expected = frame.evaluate(pattern[1], environment)
        if expected[1] is UNKNOWN or subject[1] is UNKNOWN or subject[0]:
            return None
        return bool(folding.compared("==", expected[1], subject[1]) is True)
    if pattern[0] == ir.ANY_OF:
        each_fits = [_fits(frame, each, subject, environment) for each in pattern[1]]
        return True if True in each_fits else None if None in each_fits else False
    if pattern[0] == ir.CAPTURE:
        inner = pattern[2]
        return True if inner is None else _fits(frame, inner, subject, environment)
    return None


def _capture(
    frame: Frame, pattern: Node, subject: Value, environment: Environment
) -> None:
    if pattern[0] == ir.CAPTURE:
        if pattern[1] is not None:
            assign(frame, (ir.NAME, pattern[1]), subject, environment)
        if pattern[2] is not None:
            _capture(frame, pattern[2], subject, environment)
    elif pattern[0] == ir.SHAPE:
        for name in pattern[1]:
            part = plain(subject[0], subject[3])
            assign(frame, (ir.NAME, name), part, environment)


TABLE[ir.MATCH] = _match
