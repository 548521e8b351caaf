"""A client's text in an XPath expression changes which nodes it selects.

`' or '1'='1` as a name selects all of them, and one question after another reads the
whole document.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            import lxml.etree
            from flask import Flask, request

            app = Flask(__name__)


            @app.get("/salary")
            def salary():
                staff = lxml.etree.parse("staff.xml")
                name = request.args["name"]
                found = staff.xpath(f"//person[@name='{name}']")  # flagged
                return {"found": len(found)}
        """,
        good="""
            import lxml.etree
            from flask import Flask, request

            app = Flask(__name__)


            @app.get("/salary")
            def salary():
                staff = lxml.etree.parse("staff.xml")
                found = staff.xpath("//person[@name=$name]", name=request.args["name"])
                return {"found": len(found)}
        """,
    ),
)

REPAIR = Brief(
    summary="Write `$name` in the expression and pass the value by that name"
)

HAZARD = Hazard(
    title="Pass values to XPath as variables",
    practice="parameterized-queries",
    severity=Severity.HIGH,
    flow=Flow("xpath", says="becomes part of the expression"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-643",
        "ASVS 5 1.2.7",
    ),
)
