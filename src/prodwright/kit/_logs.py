"""Recognises calls that log, and modules that are allowed to print."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from prodwright.kit._shapes import calls_in, constant, keyword

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prodwright.analysis import Source

LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal"}
)
_LOGGER_NAMES = frozenset({"log", "logger", "logging", "_log", "_logger", "_logging"})
_TRACEBACKS = frozenset(
    {
        "traceback.print_exc",
        "traceback.format_exc",
        "traceback.print_exception",
        "traceback.format_exception",
        "sys.exc_info",
        "sys.exception",
        "sys.excepthook",
        "sentry_sdk.capture_exception",
        "twisted.python.log.err",
        "twisted.python.failure.Failure",
    }
)
_SCRIPT_NAMES = frozenset({"__main__.py", "manage.py", "setup.py", "conf.py"})
_SCRIPT_FOLDERS = frozenset(
    {"bin", "scripts", "script", "management", "commands", "cli", "tools", "hack"}
)
_SCRIPT_STEMS = (
    "cli",
    "cmd",
    "command",
    "console",
    "script",
    "scripts",
    "main",
    "shell",
    "wizard",
)
_SCRIPT_MODULES = ("argparse", "click", "typer", "optparse", "fire", "docopt", "rich")


def log_level(source: Source, call: ast.Call) -> str | None:
    """Return the method that `call` logs with, e.g. `error`; None for other calls."""
    match call.func:
        case ast.Attribute(value=receiver, attr=level) if level in LEVELS:
            return level if _is_logger(source, receiver) else None
        case _:
            return None


def log_calls(source: Source) -> Iterator[ast.Call]:
    """Yield the calls that log, in reading order."""
    found = source.calls_by_word(*LEVELS)
    return (call for call in found if log_level(source, call))


def standard_logger(source: Source, call: ast.Call) -> bool:
    """Tell whether `call` surely goes to a logger of the standard library."""
    match call.func:
        case ast.Attribute(value=receiver, attr=level) if level in LEVELS:
            if source.qualified(receiver) == "logging":
                return True
            return source.names.instance_of(receiver) == "logging.getLogger"
        case _:
            return False


def module_logger(source: Source) -> str | None:
    """Return the name of the standard logger that the module assigns at its top."""
    for statement in source.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
                if source.called(value) == "logging.getLogger":
                    return name
    return None


def keeps_traceback(source: Source, statements: Iterable[ast.AST]) -> bool:
    """Tell whether these statements log, print or report the current traceback."""
    for call in calls_in(statements):
        if source.called(call) in _TRACEBACKS:
            return True
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in ("exception", "capture_exception", "captureException"):
            return True
        if constant(given := keyword(call, "exc_info")) not in (None, False):
            return True
        if given is not None and not isinstance(given, ast.Constant):
            return True
    return False


def is_script(source: Source) -> bool:
    """Tell whether the module talks to a terminal: a program, not a library."""
    path = PurePosixPath(source.path)
    if path.name in _SCRIPT_NAMES or _SCRIPT_FOLDERS.intersection(path.parts[:-1]):
        return True
    if any(part in path.stem.split("_") for part in _SCRIPT_STEMS):
        return True
    if source.text.startswith("#!") or source.imports(*_SCRIPT_MODULES):
        return True
    return any(_is_main_guard(each) for each in source.tree.body)


def is_run_by_hand(source: Source, node: ast.AST) -> bool:
    """Tell whether `node` runs only when its file is started as a program."""
    return any(
        _is_main_guard(each)
        for each in source.ancestors(node)
        if isinstance(each, ast.stmt)
    )


def _is_main_guard(statement: ast.stmt) -> bool:
    match statement:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case _:
            return False


def _is_logger(source: Source, receiver: ast.expr) -> bool:
    match receiver:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            if name.lower() in _LOGGER_NAMES:
                return True
    return source.names.instance_of(receiver) == "logging.getLogger"
