"""A line break in a header's value begins another header, or a whole response.

It sets cookies, switches protections off and fills shared caches with foreign pages.
Most frameworks refuse such values; servers close to the socket do not.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            from http.server import BaseHTTPRequestHandler


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header("X-Id", self.headers["X-Id"])  # flagged
                    self.end_headers()
        """,
        good="""
            from http.server import BaseHTTPRequestHandler
            from uuid import UUID


            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header("X-Id", str(UUID(self.headers["X-Id"])))
                    self.end_headers()
        """,
    ),
)

REPAIR = Brief(
    summary="Parse the value into what it stands for, or refuse control characters"
)

HAZARD = Hazard(
    title="Keep line breaks out of headers",
    practice="sanitize-io",
    severity=Severity.MEDIUM,
    flow=Flow("header", says="becomes part of a header"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-113",
        "ASVS 5 4.2.3",
    ),
)
