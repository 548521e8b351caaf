"""A client's text with a line break in it forges lines of the log.

The forged line says that the administrator logged in, or breaks the parser that should
have raised the alarm.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            import logging

            from flask import Flask, request

            app = Flask(__name__)
            log = logging.getLogger(__name__)


            @app.post("/orders")
            def order():
                log.info("order of %s", request.form["name"])  # flagged
                return {}
        """,
        good="""
            import structlog
            from flask import Flask, request

            app = Flask(__name__)
            log = structlog.get_logger()


            @app.post("/orders")
            def order():
                log.info("order", name=request.form["name"])
                return {}
        """,
    ),
)

REPAIR = Brief(
    summary="Pass values as fields to a structured logger, or log `repr` of them"
)

HAZARD = Hazard(
    title="Log what clients sent as fields",
    practice="structured-logging",
    severity=Severity.LOW,
    flow=Flow("log", says="becomes part of a line of the log"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-117",
        "ASVS 5 16.4.1",
    ),
    preview=True,
)
