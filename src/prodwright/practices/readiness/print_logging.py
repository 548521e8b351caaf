"""What is printed by a service is not logged: it has no time, level or request.

It cannot be searched, filtered or alerted on, is buffered when the output is a
pipe, and is lost when the process dies.
"""

from __future__ import annotations

import ast
import re
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
    cst,
    handler_around,
    is_script,
    keyword,
    module_logger,
)

EXAMPLES = (
    Example(
        bad={
            "shop/orders.py": """
                import logging

                logger = logging.getLogger(__name__)


                def place(order):
                    print(f"placing {order}")  # flagged
                    return order.place()
            """
        },
        good={
            "shop/orders.py": """
                import logging

                logger = logging.getLogger(__name__)


                def place(order):
                    logger.info(f"placing {order}")
                    return order.place()
            """
        },
    ),
)

_SHOWING = re.compile(
    r"(?i).*(print|show|display|dump|report|pretty|help|usage|debug|"
    r"banner|__str__|render|write|demo|example|summary).*"
)


def check(source: Source) -> Iterator[Site]:
    calls = [each for each in source.calls_to({"print"}) if _prints(source, each)]
    if not calls or len(calls) > _MOST or is_script(source):
        return
    if module_logger(source) is None:
        return  # a module that only prints may well talk to a terminal
    for call in calls:
        function = source.function_of(call)
        if function is None or _SHOWING.fullmatch(function.name):
            continue
        if handler_around(source, call) is None:
            yield Site(node=call, message="the line never reaches the log")


_MOST = 5  # what prints more often than that does so on purpose


def _prints(source: Source, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Name) or call.func.id != "print":
        return False
    return source.called(call) == "print" and keyword(call, "file") is None


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    logger = module_logger(mending.source)
    call = mending.site.node
    assert isinstance(call, ast.Call)
    if logger is None or call.keywords or len(call.args) != 1:
        return None
    if not isinstance(call.args[0], ast.JoinedStr | ast.Constant):
        return None
    return Mended(node.with_changes(func=cst.parse_expression(f"{logger}.info")))


REPAIR = Rewrite(
    summary="Log with the module's logger",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Log instead of printing",
    practice="structured-logging",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("The Twelve-Factor App XI",),
    preview=True,
)
