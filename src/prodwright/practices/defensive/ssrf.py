"""A service that fetches an address from its client fetches the cloud's credentials.

The request comes from inside: `http://169.254.169.254/` and the databases, queues and
dashboards that trust the network answer it. Redirects and names that resolve to inner
addresses lead there, too.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            import requests
            from flask import Flask, request

            app = Flask(__name__)


            @app.post("/preview")
            def preview():
                url = request.form["url"]
                return {"title": requests.get(url, timeout=3).text[:80]}  # flagged
        """,
        good="""
            from urllib.parse import urlsplit

            import requests
            from flask import Flask, request

            app = Flask(__name__)
            ALLOWED_HOSTS = frozenset({"images.example.com", "cdn.example.com"})


            @app.post("/preview")
            def preview():
                url = request.form["url"]
                parts = urlsplit(url)
                if parts.scheme != "https" or parts.hostname not in ALLOWED_HOSTS:
                    return {"error": "host not allowed"}, 400
                found = requests.get(url, timeout=3, allow_redirects=False)
                return {"title": found.text[:80]}
        """,
    ),
)

REPAIR = Brief(
    summary="Compare the host with a list of allowed ones, do not follow redirects, "
    "and refuse private addresses after resolving"
)

HAZARD = Hazard(
    title="Fetch from known hosts only",
    practice="distrust-external-data",
    severity=Severity.HIGH,
    flow=Flow(
        "address",
        says="decides which host is asked",
        most_hops=2,
        vouched_by=r"(?i)ssrf|is_private|is_loopback|allowed_hosts|is_safe_url",
        heeds_checks=True,
    ),
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-918",
        "ASVS 5 1.3.6",
    ),
)
