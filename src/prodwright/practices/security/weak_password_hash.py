"""A stolen table of fast password hashes is a table of passwords within days.

One graphics card tries billions of SHA-256 hashes a second. Argon2, scrypt and
bcrypt are slow on purpose and salt each password.
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
    calls_in,
    constant,
    keyword,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            import hashlib


            def store(user, password):
                user.hash = hashlib.sha256(password.encode()).hexdigest()  # flagged
        """,
        good="""
            from argon2 import PasswordHasher


            def store(user, password):
                user.hash = PasswordHasher().hash(password)
        """,
    ),
)

_FAST = frozenset(
    f"hashlib.{name}"
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
)
_PASSWORD = re.compile(r"(?i)(.*_)?(password|passwd|pwd|passphrase)(_bytes)?")
_LEAST_ROUNDS = 100_000  # far below every current recommendation


def check(source: Source) -> Iterator[Site]:
    if not source.imports("hashlib"):
        return
    for call in source.calls_to(_FAST | {"hashlib.pbkdf2_hmac"}):
        name = source.called(call)
        if keyword(call, "usedforsecurity") is not None or _is_prescribed(source, call):
            continue
        if name in _FAST and _hashes_password(call):
            if not _is_hashed_slowly_too(source, call):
                yield Site(node=call, message=f"{name} is too fast for passwords")
        elif name == "hashlib.pbkdf2_hmac" and _is_short(call):
            yield Site(node=call, message="pbkdf2_hmac with too few rounds")


_PRESCRIBED = re.compile(
    r"(?i).*(mysql|postgres|scram|digest|ntlm|breach|pwned|hibp|legacy|unsalted|md5|sha\d|"
    r"cache|fingerprint).*"
)


def _is_prescribed(source: Source, call: ast.Call) -> bool:
    """A protocol or an old table asks for it, or it only tells values apart."""
    around = list(source.ancestors(call))
    if any(isinstance(each, ast.FormattedValue) for each in around):
        return True
    named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names = (each.name for each in around if isinstance(each, named))
    return any(_PRESCRIBED.fullmatch(each) for each in names)


def _is_hashed_slowly_too(source: Source, call: ast.Call) -> bool:
    """The fast hash is only the first step, or tells an old value apart."""
    function = source.function_of(call)
    calls = calls_in(function.body) if function is not None else ()
    return any(_SLOW.search(source.called(each) or "") for each in calls)


_SLOW = re.compile(r"(?i)scrypt|argon2|bcrypt|pbkdf2|PasswordHasher")


def _hashes_password(call: ast.Call) -> bool:
    for each in call.args[:1]:
        for node in ast.walk(each):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    if _PASSWORD.fullmatch(name):
                        return True
    return False


def _is_short(call: ast.Call) -> bool:
    rounds = constant(passed(call, "iterations", 3))
    return isinstance(rounds, int) and rounds < _LEAST_ROUNDS


REPAIR = Brief(
    summary="Hash with Argon2id (`argon2-cffi`) or `hashlib.scrypt`, and rehash at the "
    "next login"
)

HAZARD = Hazard(
    title="Hash passwords slowly",
    practice="sensitive-data",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-916", "ASVS 5 11.4.2", "OWASP Password Storage Cheat Sheet"),
)
