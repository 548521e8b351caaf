"""A printed error never reaches the log pipeline, so nobody is told.

It carries no time, level or request, is lost when the output is not captured,
and cannot be searched or alerted on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    calls_in,
    caught_names,
    cst,
    handler_around,
    is_script,
    keyword,
    module_logger,
)

EXAMPLES = (
    Example(
        bad="""
            import logging

            logger = logging.getLogger(__name__)


            def load(read, path):
                try:
                    return read(path)
                except OSError as error:
                    print(f"cannot read {path}: {error}")  # flagged
                    return None
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            def load(read, path):
                try:
                    return read(path)
                except OSError as error:
                    logger.exception(f"cannot read {path}: {error}")
                    return None
        """,
    ),
)

_PRINTING = frozenset({"print", "traceback.print_exc"})


def check(source: Source) -> Iterator[Site]:
    calls = [each for each in source.calls_to(_PRINTING) if _prints(source, each)]
    if not calls or is_script(source):
        return
    for call in calls:
        handler = handler_around(source, call)
        if handler is None or _is_no_error(source, handler):
            continue
        if not _prints_anyway(source, call):
            yield Site(node=call, message="the error goes to the terminal only")


# Somebody is asked, or told why the program ends.
_AT_THE_TERMINAL = frozenset({"input", "sys.exit", "exit", "os._exit"})
# Somebody pressed a key, or an optional package is not there.
_NO_ERRORS = frozenset(
    {"KeyboardInterrupt", "EOFError", "ImportError", "ModuleNotFoundError"}
)


def _is_no_error(source: Source, handler: ast.ExceptHandler) -> bool:
    called = {source.called(each) for each in calls_in(handler.body)}
    if called & _AT_THE_TERMINAL:
        return True
    caught = set(caught_names(handler))
    return bool(caught) and caught <= _NO_ERRORS


def _prints_anyway(source: Source, call: ast.Call) -> bool:
    """The function writes for the terminal where nothing fails, too."""
    function = source.function_of(call)
    return function is not None and any(
        source.called(each) == "print" and handler_around(source, each) is None
        for each in calls_in(function.body)
    )


def _prints(source: Source, call: ast.Call) -> bool:
    return source.called(call) in _PRINTING and keyword(call, "file") is None


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    logger = module_logger(mending.source)
    call = mending.site.node
    assert isinstance(call, ast.Call)
    if logger is None or call.keywords or len(call.args) != 1:
        return None
    if not isinstance(call.args[0], ast.JoinedStr | ast.Constant):
        return None
    return Mended(node.with_changes(func=cst.parse_expression(f"{logger}.exception")))


REPAIR = Rewrite(
    summary="Log with the module's logger and the traceback",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Log errors instead of printing them",
    practice="contextual-logging",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-778",),
)
