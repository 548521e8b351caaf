"""The text of an unexpected error tells the client how the service works inside.

Host names, queries, paths and versions in it are a map for an attack; and the client
cannot act on any of it.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            from flask import Flask

            app = Flask(__name__)


            @app.get("/orders")
            def orders():
                try:
                    return {"orders": load_orders()}
                except Exception as error:
                    return {"error": str(error)}, 500  # flagged
        """,
        good="""
            import logging

            from flask import Flask

            app = Flask(__name__)
            log = logging.getLogger(__name__)


            @app.get("/orders")
            def orders():
                try:
                    return {"orders": load_orders()}
                except Exception:
                    log.exception("orders cannot be loaded")
                    return {"error": "orders cannot be loaded"}, 500
        """,
    ),
)

REPAIR = Brief(
    summary="Log the error with its traceback; answer with a fixed text and an "
    "identifier of the request"
)

HAZARD = Hazard(
    title="Tell clients what they can act on",
    practice="safe-messages",
    severity=Severity.MEDIUM,
    flow=Flow("exception-client", says="is sent to the client"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-209",
        "ASVS 5 16.5.1",
    ),
)
