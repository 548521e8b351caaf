"""A server on all interfaces also answers on those nobody thought of.

What was meant for this host or one network is reachable from the other ones: the
office, the container network, sometimes the internet.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            import uvicorn


            def serve(app):
                uvicorn.run(app, host="0.0.0.0", port=8000)  # flagged
        """,
        good="""
            import uvicorn


            def serve(app, host="127.0.0.1"):
                uvicorn.run(app, host=host, port=8000)
        """,
    ),
)

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 (what is looked for)
_SERVERS = re.compile(
    r"uvicorn\.(run|Config)|flask\.Flask\.run|aiohttp\.web\.(run_app|TCPSite)|"
    r"http\.server\.(ThreadingHTTPServer|HTTPServer)|asyncio\.start_server|"
    r"wsgiref\.simple_server\.make_server|socketserver\.\w+Server|hypercorn\.\w+|"
    r"xmlrpc\.server\.SimpleXMLRPCServer|grpc\.server\.add_insecure_port"
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_where(_SERVERS.fullmatch):
        if any(_is_everywhere(each) for each in _addresses(call)):
            yield Site(node=call, message="the server listens on every interface")


def _addresses(call: ast.Call) -> Iterator[ast.expr | None]:
    yield keyword(call, "host")
    for each in call.args[:2]:
        yield each.elts[0] if isinstance(each, ast.Tuple) and each.elts else each


def _is_everywhere(address: ast.expr | None) -> bool:
    return constant(address) in _EVERYWHERE


REPAIR = Brief(
    summary="Bind to 127.0.0.1 by default and take the address from the configuration; "
    "a container's own entry point may say 0.0.0.0"
)

HAZARD = Hazard(
    title="Listen only where you are meant to",
    practice="least-privilege",
    severity=Severity.LOW,
    check=check,
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1327", "CWE-605"),
)
