"""The root logger cannot be told apart, switched off or raised per module.

Everything logged through `logging.info` has the same name; quieting one chatty
library quietens the whole service, and the first call even installs a handler.
"""

from __future__ import annotations

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
    is_script,
    module_logger,
)

EXAMPLES = (
    Example(
        bad={
            "shop/orders.py": """
                import logging

                logger = logging.getLogger(__name__)


                def place(order):
                    logging.info("placing %s", order)  # flagged
            """
        },
        good={
            "shop/orders.py": """
                import logging

                logger = logging.getLogger(__name__)


                def place(order):
                    logger.info("placing %s", order)
            """
        },
    ),
)

_LEVELS = frozenset(
    f"logging.{level}"
    for level in ("debug", "info", "warning", "error", "exception", "critical")
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("logging"):
        return
    calls = source.calls_to(_LEVELS)
    if not calls or is_script(source):
        return
    for call in calls:
        yield Site(node=call, message="the line carries the name of no module")


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    logger = module_logger(mending.source)
    if logger is None or not isinstance(node.func, cst.Attribute):
        return None
    return Mended(
        node.with_changes(func=node.func.with_changes(value=cst.Name(logger)))
    )


REPAIR = Rewrite(
    summary="Log with the module's own logger, `logging.getLogger(__name__)`",
    at="Call",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Log with the module's own logger",
    practice="structured-logging",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Python docs: logging HOWTO, advanced logging tutorial",),
)
