"""The same request with other credentials: nobody's, forged ones, another user's."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

from prodwright.probes.fuzz.messages import Request

NOBODY, FORGED = "nobody", "forged"
_NAMES = ("authorization", "x-api-key", "x-token", "x-auth-token", "cookie")
_CHANGES = ("PUT", "PATCH", "DELETE")
_TOKEN = re.compile(r"^[\w-]+\.[\w-]+\.[\w-]*$")
_VARIABLE = re.compile(r"[{<(]")


def credentials_of(request: Request) -> dict[str, str]:
    """Return the headers that tell who sends a request."""
    return {key: value for key, value in request.headers if key in _NAMES and value}


def variants(
    request: Request, template: str, others: dict[str, dict[str, str]]
) -> Iterator[tuple[str, Request]]:
    """Yield the request as somebody else would send it, with whose name.

    Only what reads or changes one thing is tried: what is created or listed may well be
    different for everybody.

    Args:
        request: One that is answered well.
        template: Of its path.
        others: Headers with other credentials, by whose they are.
    """
    own = credentials_of(request)
    if not own or request.method not in ("GET", *_CHANGES):
        return
    bare = request.with_headers(**dict.fromkeys(own, None))
    yield NOBODY, bare
    for name, forged in _forged(own.get("authorization", "")):
        yield f"{FORGED}-{name}", request.with_headers(authorization=forged)
    if not _VARIABLE.search(template):
        return
    for name, headers in others.items():
        if headers and any(own.get(key) != value for key, value in headers.items()):
            yield name, bare.with_headers(**headers)


def _forged(authorization: str) -> Iterator[tuple[str, str]]:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.match(token):
        return
    head, claims, seal = token.split(".")
    yield "seal", f"{scheme} {head}.{claims}.{seal[::-1]}"
    none = _encoded({"alg": "none", "typ": "JWT"})
    yield "no-seal", f"{scheme} {none}.{claims}."


def _encoded(content: dict[str, str]) -> str:
    text = json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()
