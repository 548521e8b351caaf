"""A library that exits takes the whole server down with it.

`sys.exit` deep in a function ends the worker, skips the caller's clean-up and
gives it no chance to answer, retry or fall back. Raise an error; let the
program's entry point turn it into an exit code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    is_script,
)

EXAMPLES = (
    Example(
        bad={
            "billing/rates.py": """
                import sys


                def load_rates(path):
                    if not path.exists():
                        sys.exit(f"no rates at {path}")  # flagged
                    return path.read_text()
            """
        },
        good={
            "billing/rates.py": """
                import sys


                def load_rates(path):
                    if not path.exists():
                        raise FileNotFoundError(f"no rates at {path}")
                    return path.read_text()


                def main():
                    sys.exit(load_rates("rates.json"))
            """
        },
    ),
)

_EXITS = frozenset({"sys.exit", "exit", "quit"})
_TALKS = frozenset({"print", "input", "getpass.getpass"})
_ENTRIES = (
    "main",
    "cli",
    "run",
    "command",
    "handle",
    "signal",
    "entry",
    "exit",
    "fail",
    "abort",
    "die",
    "usage",
    "reload",
    "respawn",
    "kill",
    "fork",
    "daemon",
    "quit",
)


def check(source: Source) -> Iterator[Site]:
    calls = source.calls_to(_EXITS)
    if not calls or is_script(source) or _talks(source):
        return
    for call in calls:
        function = source.function_of(call)
        if function is not None and not _is_entry(source, call):
            message = f"{source.called(call)} ends the process of whoever calls this"
            yield Site(node=call, message=message)


def _talks(source: Source) -> bool:
    """A module that prints and asks is a program, whatever it is called."""
    return bool(source.calls_to(_TALKS))


def _is_entry(source: Source, call: ast.Call) -> bool:
    """Entry points, signal handlers and forked children end their own process."""
    around = [each for each in source.ancestors(call) if isinstance(each, Function)]
    if any(entry in each.name.lower() for each in around for entry in _ENTRIES):
        return True
    text = "".join(source.segment(each) for each in around[-1:])
    return "os.fork" in text or "frame" in {arg.arg for arg in around[0].args.args}


REPAIR = Brief(
    summary="Raise an error that says what is wrong; exit in the entry point only"
)

HAZARD = Hazard(
    title="Leave exiting to the entry point",
    practice="clear-propagation",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-382",),
    preview=True,
)
