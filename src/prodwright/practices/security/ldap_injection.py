"""A client's text in a search filter changes what is searched for.

`*)(uid=*` as a name matches every account, and a login by search lets anybody in.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            import ldap3
            from flask import Flask, request

            app = Flask(__name__)
            directory = ldap3.Connection(ldap3.Server("ldap.example.com"))


            @app.get("/person")
            def person():
                directory.search("ou=people", f"(uid={request.args['uid']})")  # flagged
                return {"found": len(directory.entries)}
        """,
        good="""
            import ldap3
            from flask import Flask, request
            from ldap3.utils.conv import escape_filter_chars

            app = Flask(__name__)
            directory = ldap3.Connection(ldap3.Server("ldap.example.com"))


            @app.get("/person")
            def person():
                uid = escape_filter_chars(request.args["uid"])
                directory.search("ou=people", f"(uid={uid})")
                return {"found": len(directory.entries)}
        """,
    ),
)

REPAIR = Brief(
    summary="Escape it with `ldap3.utils.conv.escape_filter_chars` or "
    "`ldap.filter.escape_filter_chars`"
)

HAZARD = Hazard(
    title="Escape what goes into a directory search",
    practice="parameterized-queries",
    severity=Severity.HIGH,
    flow=Flow("ldap", says="becomes part of the search"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-90",
        "ASVS 5 1.2.6",
    ),
)
