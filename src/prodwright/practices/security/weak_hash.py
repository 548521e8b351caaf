"""A signature or token made with MD5 or SHA-1 can be forged.

Collisions cost seconds for MD5 and a rented machine for SHA-1. For checksums
without an attacker say `usedforsecurity=False`; the intent is then on record and
FIPS systems allow it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
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
            import hashlib


            def sign(payload, key):
                return hashlib.sha1(key + payload).hexdigest()  # flagged
        """,
        good="""
            import hashlib
            import hmac


            def sign(payload, key):
                return hmac.new(key, payload, hashlib.sha256).hexdigest()


            def etag(body):
                return hashlib.md5(body, usedforsecurity=False).hexdigest()


            def cache_key(url):
                return hashlib.md5(url).hexdigest()
        """,
    ),
)

_WEAK = frozenset({"hashlib.md5", "hashlib.sha1", "hashlib.md4"})
_NAMES = frozenset({"md4", "md5", "sha", "sha1"})
# A function that talks of these hashes them.
_SENSITIVE = re.compile(r"(?i)passw(or)?d|sensitive|credential")
_SECURITY = re.compile(
    r"(?i).*(sign(?!al|ific|up|in$)|secret|credential|hmac|session_id|"
    r"csrf|api_?key|private_?key|certificate).*"
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("hashlib"):
        return
    for call in source.calls_to(_WEAK | {"hashlib.new"}):
        if keyword(call, "usedforsecurity") is not None or not _is_weak(source, call):
            continue
        if _for_security(source, call):
            yield Site(node=call, message=f"{_shown(source, call)} can be forged")


def _is_weak(source: Source, call: ast.Call) -> bool:
    if source.called(call) != "hashlib.new":
        return True
    return str(constant(call.args[0] if call.args else None)).lower() in _NAMES


def _shown(source: Source, call: ast.Call) -> str:
    name = source.called(call) or ""
    return f"hashlib.{constant(call.args[0])}" if name == "hashlib.new" else name


def _for_security(source: Source, call: ast.Call) -> bool:
    """What is hashed, what becomes of it, or the function says so."""
    function = source.function_of(call)
    names = {function.name} if function is not None else set()
    for argument_ in call.args:
        names |= {_name(node) for node in ast.walk(argument_)}
    line = next(each for each in source.ancestors(call) if isinstance(each, ast.stmt))
    if isinstance(line, ast.Assign):
        names |= {_name(target) for target in line.targets}
    if any("cache" in each.lower() for each in names):
        return False  # a key of a cache is nobody's secret
    if any(_SECURITY.fullmatch(each) for each in names):
        return True
    fed_later = len(call.args) == (source.called(call) == "hashlib.new")
    return function is not None and fed_later and _talks_of_secrets(function)


def _talks_of_secrets(function: Function) -> bool:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    texts = [
        node.value
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return any(_SENSITIVE.search(each) for each in texts)


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


REPAIR = Brief(
    summary="Sign with `hmac` and SHA-256; for anything no attacker gains from, pass "
    "`usedforsecurity=False`"
)

HAZARD = Hazard(
    title="Sign and authenticate with SHA-256 or better",
    practice="sensitive-data",
    severity=Severity.MEDIUM,
    check=check,
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-327", "CWE-328", "ASVS 5 11.4.1", "RFC 6151", "RFC 6194"),
)
