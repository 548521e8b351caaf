"""A path with a client's text in it leads wherever the client wants.

`../../etc/passwd`, or an absolute path, reads the service's keys and settings; where
files are written it replaces them, code included.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            from pathlib import Path

            from flask import Flask, request

            app = Flask(__name__)


            @app.get("/report")
            def report():
                name = request.args["name"]
                return {"text": Path("/srv/reports", name).read_text()}  # flagged
        """,
        good="""
            from pathlib import Path

            from flask import Flask, request

            app = Flask(__name__)
            REPORTS = Path("/srv/reports")


            @app.get("/report")
            def report():
                place = (REPORTS / request.args["name"]).resolve()
                if not place.is_relative_to(REPORTS):
                    return {"error": "no such report"}, 404
                return {"text": place.read_text()}
        """,
    ),
)

REPAIR = Brief(
    summary="Resolve the path and refuse it unless `is_relative_to` the folder, or "
    "look the name up in a table"
)

HAZARD = Hazard(
    title="Keep paths inside their folder",
    practice="sanitize-io",
    severity=Severity.HIGH,
    flow=Flow(
        "path",
        says="leads to a file of its choice",
        most_hops=2,
        heeds_checks=True,
    ),
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-22",
        "ASVS 5 5.3.2",
    ),
)
