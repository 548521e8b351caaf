"""A retry without a limit turns one failing dependency into a stuck worker.

The loop holds its thread, its request and its locks for as long as the outage
lasts, and all workers come back at once when it ends.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    caught_names,
)

EXAMPLES = (
    Example(
        bad="""
            import time


            def connect(dial):
                while True:  # flagged
                    try:
                        return dial()
                    except ConnectionError:
                        time.sleep(1)
        """,
        good="""
            import time


            def connect(dial, attempts=5):
                for attempt in range(attempts):
                    try:
                        return dial()
                    except ConnectionError:
                        time.sleep(2**attempt)
                raise ConnectionError(f"no connection after {attempts} attempts")
        """,
    ),
)

_TRANSIENT = (
    "OSError",
    "IOError",
    "Connect",
    "Timeout",
    "HTTP",
    "Http",
    "Request",
    "Operational",
    "Network",
    "Client",
    "Socket",
    "URLError",
    "Transport",
    "Unavailable",
)
_NOT_TRANSIENT = ("Interrupted", "BlockingIO", "FileExists", "Empty", "Full")


def check(source: Source) -> Iterator[Site]:
    for loop in source.nodes(ast.While):
        if not isinstance(loop.test, ast.Constant) or _limited(loop):
            continue
        if _is_meant_to_run_on(source, loop):
            continue
        if any(_retries(each) for each in loop.body):
            message = "the loop tries again for as long as the failure lasts"
            yield Site(node=loop, message=message)


def _is_meant_to_run_on(source: Source, loop: ast.While) -> bool:
    """A thread or worker of its own that is there to keep something going."""
    function = source.function_of(loop)
    name = function.name.lower() if function is not None else ""
    return any(word in name for word in ("run", "loop", "worker", "monitor", "wait"))


def _retries(statement: ast.stmt) -> bool:
    """Success leaves the loop, failure goes round again."""
    if not isinstance(statement, ast.Try):
        return False
    last = [*statement.body, *statement.orelse][-1]
    if not isinstance(last, ast.Return | ast.Break):
        return False
    return any(_goes_round(each) for each in statement.handlers)


def _goes_round(handler: ast.ExceptHandler) -> bool:
    names = caught_names(handler) or ["Exception"]
    if any(part in name for name in names for part in _NOT_TRANSIENT):
        return False
    if not any(_is_transient(name) for name in names):
        return False
    leaving = ast.Raise | ast.Return | ast.Break
    return not any(isinstance(each, leaving) for each in body_nodes(handler.body))


def _is_transient(name: str) -> bool:
    return name == "Exception" or any(part in name for part in _TRANSIENT)


def _limited(loop: ast.While) -> bool:
    """A counter, a deadline, a prompt or a function that may give up."""
    for node in body_nodes(loop.body):
        match node:
            case ast.Raise() | ast.AugAssign():
                return True
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if any(word in name.lower() for word in _GIVES_UP):
                    return True
    return False


_GIVES_UP = (
    "input",
    "prompt",
    "retry",
    "raise",
    "exit",
    "fail",
    "check",
    "next",
    "getkey",
    "getch",
    "monotonic",
    "time",
    "reload",
    "deadline",
)

REPAIR = Brief(
    summary="Bound the attempts or the total time, back off exponentially with "
    "jitter, and raise the last error when the budget is spent"
)

HAZARD = Hazard(
    title="Bound every retry",
    practice="recovery",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-835",),
)
