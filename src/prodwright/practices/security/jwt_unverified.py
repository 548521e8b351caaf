"""A token whose signature is not checked says whatever its bearer wrote.

Anybody can claim to be any user, administrators included; it takes a text editor.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    has_comment,
    keyword,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            import jwt


            def user_of(token):
                off = {"verify_signature": False}
                return jwt.decode(token, options=off)["sub"]  # flagged
        """,
        good="""
            import jwt


            def user_of(token, key):
                claims = jwt.decode(token, key, algorithms=["RS256"], audience="orders")
                return claims["sub"]
        """,
    ),
)

_DECODES = frozenset({"jwt.decode", "jose.jwt.decode", "jwt.PyJWT.decode"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("jwt", "jose"):
        return
    decodes = source.calls_to(_DECODES)
    for call in decodes:
        function = source.function_of(call)
        if function is not None and "unverified" in function.name:
            continue  # the name tells every caller
        if has_comment(source, call.lineno - 4, call.lineno):
            continue  # somebody says who has verified it
        if _only_looks(source, call):
            continue
        if _is_unverified(source, call) and not _is_verified_too(source, call, decodes):
            yield Site(node=call, message="the token's signature is not checked")


def _is_unverified(source: Source, call: ast.Call) -> bool:
    verify = keyword(call, "verify")
    if isinstance(verify, ast.Constant) and verify.value is False:
        return True
    given = keyword(call, "options")
    options = None if given is None else only_value(source, given)
    if isinstance(options, ast.Dict) and _switches_off(options):
        return True
    algorithms = keyword(call, "algorithms")
    listed = algorithms.elts if isinstance(algorithms, ast.List | ast.Tuple) else []
    return any(constant(each) in ("none", "None", "NONE") for each in listed)


def _switches_off(options: ast.Dict) -> bool:
    pairs = zip(options.keys, options.values, strict=True)
    return any(
        constant(key) == "verify_signature" and constant(value) is False
        for key, value in pairs
    )


def _only_looks(source: Source, call: ast.Call) -> bool:
    """When it expires may be read by anybody; so may an ID token that came over TLS.

    The latter is OpenID Connect Core 3.1.3.7, item 6.
    """
    token = source.segment(call.args[0]) if call.args else ""
    around = source.parent(call)
    then = source.parent(around) if isinstance(around, ast.Attribute) else around
    return "id_token" in token or '"exp"' in _text(source, then).replace("'", '"')


def _text(source: Source, node: ast.AST | None) -> str:
    return source.segment(node) if isinstance(node, ast.expr) else ""


def _is_verified_too(source: Source, call: ast.Call, decodes: list[ast.Call]) -> bool:
    """Reading a claim first, to find the key, is how verification often starts."""
    function = source.function_of(call)
    return any(
        each is not call
        and source.function_of(each) is function
        and not _is_unverified(source, each)
        for each in decodes
    )


REPAIR = Brief(
    summary="Pass the key, the allowed algorithms, the audience and the issuer to "
    "`decode`; find the key with `get_unverified_header`"
)

HAZARD = Hazard(
    title="Verify every token before believing it",
    practice="access-control",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-347", "RFC 8725", "ASVS 5 9.1.1"),
    subject="signed tokens",
    concerns=lambda source: source.imports("jwt", "jose"),
)
