"""Loops, and what leaves them."""

from __future__ import annotations

from dataclasses import dataclass

from prodwright.analysis import ir
from prodwright.analysis.dataflow.containers import element
from prodwright.analysis.dataflow.frame import TABLE, Frame
from prodwright.analysis.dataflow.guards import cleanse, guards
from prodwright.analysis.dataflow.names import assign
from prodwright.analysis.dataflow.values import (
    CLEAN,
    UNKNOWN,
    Environment,
    Value,
    joined_environments,
)
from prodwright.analysis.ir import Body, Node

_MOST_PASSES = 3  # over the body of a loop


@dataclass(frozen=True, slots=True)
class _Loop:
    """What a `for` or a `while` repeats.

    Attributes:
        body: What is repeated.
        otherwise: What follows when it was not left by `break`.
        target: What a `for` assigns to; None for a `while`.
        value: What a `for` assigns.
        test: Of a `while`; None for a `for`.
        is_endless: Whether only `break` leaves it.
    """

    body: Body
    otherwise: Body
    target: Node | None = None
    value: Value = CLEAN
    test: Node | None = None
    is_endless: bool = False


def _for(frame: Frame, node: Node, environment: Environment) -> Environment | None:
    value = element(frame.evaluate(node[2], environment))
    loop = _Loop(node[3], node[4], target=node[1], value=value)
    return _repeated(frame, loop, environment)


def _while(frame: Frame, node: Node, environment: Environment) -> Environment | None:
    test = frame.evaluate(node[1], environment)
    if test[1] is not UNKNOWN and not test[0] and not test[1]:
        return frame.run(node[3], environment)
    is_endless = node[1][0] == ir.CONSTANT
    loop = _Loop(node[2], node[3], test=node[1], is_endless=is_endless)
    return _repeated(frame, loop, environment)


def _repeated(
    frame: Frame, loop: _Loop, environment: Environment
) -> Environment | None:
    """Follow a body until nothing changes, a few times at most."""
    around = frame.breaks, frame.continues
    left: Environment | None = None
    for _ in range(_MOST_PASSES):
        frame.breaks, frame.continues = [], []
        start = environment.copy()
        _enter(frame, loop, start)
        after = frame.run(loop.body, start)
        for each in frame.continues:
            after = joined_environments(after, each)
        for each in frame.breaks:
            left = joined_environments(left, each.copy())
        if after is None or not _grows(environment, after):
            break
    frame.breaks, frame.continues = around
    if loop.is_endless:
        return left
    body = loop.otherwise
    return joined_environments(frame.run(body, environment), left)


def _enter(frame: Frame, loop: _Loop, environment: Environment) -> None:
    if loop.target is not None:
        assign(frame, loop.target, loop.value, environment)
    if loop.test is not None:
        frame.evaluate(loop.test, environment)
        found = guards(frame, loop.test, environment)
        cleanse(frame, environment, found, holds=True)


def _grows(environment: Environment, after: Environment) -> bool:
    """Take what a pass brought into `environment`; tell whether anything was new."""
    before = environment.copy()
    joined_environments(environment, after)
    if len(before) != len(environment):
        return True
    return any(value is not before[name] for name, value in environment.items())


def _break(frame: Frame, _node: Node, environment: Environment) -> None:
    frame.breaks.append(environment)


def _continue(frame: Frame, _node: Node, environment: Environment) -> None:
    frame.continues.append(environment)


TABLE[ir.FOR] = _for
TABLE[ir.WHILE] = _while
TABLE[ir.BREAK] = _break
TABLE[ir.CONTINUE] = _continue
