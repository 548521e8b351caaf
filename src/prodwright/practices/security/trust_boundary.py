"""What a client sent is kept among what the server knows, and trusted from then on.

The session is signed, so code that reads it does not ask where a value came from: a
role or a user's number written there unchecked is believed.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            from flask import Flask, request, session

            app = Flask(__name__)


            @app.post("/choose")
            def choose():
                session["account"] = request.form["account"]  # flagged
                return {}
        """,
        good="""
            from flask import Flask, request, session

            app = Flask(__name__)
            PLANS = ("free", "team")


            @app.post("/choose")
            def choose():
                plan = request.form["plan"]
                if plan not in PLANS:
                    return {"error": "no such plan"}, 400
                session["plan"] = plan
                return {}
        """,
    ),
)

REPAIR = Brief(
    summary="Check the value against what the server knows before it is kept"
)

HAZARD = Hazard(
    title="Check what goes into a session",
    practice="sanitize-io",
    severity=Severity.MEDIUM,
    flow=Flow("trust", says="is trusted from here on"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-501",
        "ASVS 5 2.2.1",
    ),
    preview=True,
)
