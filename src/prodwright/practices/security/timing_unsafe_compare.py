"""Comparing a secret with `==` tells an attacker how much of a guess is right.

The comparison stops at the first difference; with enough requests the time it
takes gives the secret away, byte by byte.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            import hashlib
            import hmac


            def genuine(key, body, signature):
                expected = hmac.new(key, body, hashlib.sha256).hexdigest()
                return expected == signature  # flagged
        """,
        good="""
            import hashlib
            import hmac


            def genuine(key, body, signature):
                expected = hmac.new(key, body, hashlib.sha256).hexdigest()
                return hmac.compare_digest(expected, signature)
        """,
    ),
    Example(
        bad="""
            import logging


            def allowed(request, settings):
                if request.headers["key"] != settings.api_key:  # flagged
                    raise PermissionError("unknown key")
        """,
        good="""
            import hmac
            import logging


            def allowed(request, settings):
                if not hmac.compare_digest(request.headers["key"], settings.api_key):
                    raise PermissionError("unknown key")
        """,
    ),
)

_SECRET = re.compile(
    r"(?i)(.*_)?(signature|hmac|api_?key|secret|csrf_?token|auth_?token|access_?token|"
    r"password_hash|webhook_secret|otp)"
)
# What a sender names the code that he vouches with; other digests are looked up.
_MAC = re.compile(
    r"(?i)sig|mac|digest|token|given|received|provided|header|cookie|otp|checksum"
)
_PUBLIC = re.compile(r"(?i).*(signature_type|old|new|previous|default|current).*")


def check(source: Source) -> Iterator[Site]:
    for compare in source.nodes(ast.Compare):
        match compare:
            case ast.Compare(
                left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]
            ) if not _is_query(source, compare):
                if _is_guess(source, left, right) or _is_guess(source, right, left):
                    message = "the comparison takes longer the better the guess"
                    yield Site(node=compare, message=message)


def _is_query(source: Source, compare: ast.Compare) -> bool:
    """A condition that the database evaluates: `filter(Key.secret == given)`."""
    for around in source.ancestors(compare):
        match around:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                if name in _CONDITIONS:
                    return True
            case ast.stmt():
                return False
    return False


_CONDITIONS = frozenset(
    {"filter", "where", "having", "join", "outerjoin", "and_", "or_", "not_", "exists"}
)


def _is_guess(source: Source, secret: ast.expr, guess: ast.expr) -> bool:
    """A secret against something that was given; two of a kind are a change."""
    if not _is_secret(source, secret) or isinstance(guess, ast.Constant):
        return False
    own, other = _name(secret), _name(guess)
    if own and own.rstrip("0123456789") == other.rstrip("0123456789"):
        return False
    if _PUBLIC.fullmatch(own) or _PUBLIC.fullmatch(other):
        return False
    function = source.function_of(secret)
    if function is None or function.name in ("__eq__", "__ne__"):
        return False
    if _makes_hmac(source, secret) and _MAC.search(source.segment(guess)):
        return True
    return _is_given(source, guess)


def _is_given(source: Source, guess: ast.expr) -> bool:
    """Part of a request that was received, or computed from it."""
    value = only_value(source, guess)
    if _is_sent(source, value):
        return False
    text = source.segment(value)
    return re.search(r"(?i)\b(request|headers?|cookies|form)\b", text) is not None


def _is_sent(source: Source, value: ast.expr) -> bool:
    """Read from a request of an HTTP client: its own, not somebody's guess."""
    kinds = (
        source.names.instance_of(each)
        for each in ast.walk(value)
        if isinstance(each, ast.Name)
    )
    return any((kind or "").startswith(("httpx.", "requests.")) for kind in kinds)


def _is_secret(source: Source, expression: ast.expr) -> bool:
    if _makes_hmac(source, expression):
        return True
    return _SECRET.fullmatch(_name(expression)) is not None


def _makes_hmac(source: Source, expression: ast.expr) -> bool:
    value = only_value(source, expression)
    if not isinstance(value, ast.Call):
        return False
    name = source.called(value) or ""
    return name in ("hmac.new.hexdigest", "hmac.new.digest", "hmac.digest")


def _name(expression: ast.expr) -> str:
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def mend(node: cst.Comparison, mending: Mending) -> Mended | None:
    if len(node.comparisons) != 1:
        return None
    target = node.comparisons[0]
    call = cst.parse_expression("hmac.compare_digest(left, right)")
    assert isinstance(call, cst.Call)
    values = (node.left, target.comparator)
    args = [
        each.with_changes(value=value)
        for each, value in zip(call.args, values, strict=True)
    ]
    compared = call.with_changes(args=args)
    if isinstance(target.operator, cst.Equal):
        return Mended(compared.with_changes(lpar=node.lpar, rpar=node.rpar), ("hmac",))
    negated = cst.UnaryOperation(
        operator=cst.Not(), expression=compared, lpar=node.lpar, rpar=node.rpar
    )
    return Mended(negated, ("hmac",))


REPAIR = Rewrite(
    summary="Compare with `hmac.compare_digest`",
    at="Comparison",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Compare secrets in constant time",
    practice="timing-leaks",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-208", "ASVS 5 11.2.4", "Python docs: hmac.compare_digest"),
)
