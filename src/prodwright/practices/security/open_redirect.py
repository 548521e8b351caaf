"""A redirect to an address from the client lends our name to somebody else's site.

The link begins with our host, so the visitor trusts it, and ends on a copy of our login
page. In an OAuth flow it hands the token over.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            from flask import Flask, redirect, request

            app = Flask(__name__)


            @app.get("/login")
            def login():
                return redirect(request.args.get("next", "/"))  # flagged
        """,
        good="""
            from flask import Flask, redirect, request

            app = Flask(__name__)
            PAGES = {"home": "/", "orders": "/orders"}


            @app.get("/login")
            def login():
                return redirect(PAGES.get(request.args.get("next"), "/"))
        """,
    ),
)

REPAIR = Brief(
    summary="Look the target up in a table, or build it from a path of our own; "
    "with Django check `url_has_allowed_host_and_scheme`"
)

HAZARD = Hazard(
    title="Redirect to our own pages only",
    practice="sanitize-io",
    severity=Severity.MEDIUM,
    flow=Flow(
        "redirect",
        says="decides where the visitor is sent",
        most_hops=1,
        vouched_by=r"url_has_allowed_host|is_safe_url|safe_redirect|safe_next|redirect_uri",
        heeds_checks=True,
    ),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-601",
        "ASVS 5 1.2.2",
    ),
)
