"""`random` is predictable: a few of its numbers give away all the next ones.

A reset token or session id made with it can be computed by whoever has seen some
others, and the account is theirs.
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
    body_nodes,
    cst,
    mentions,
)

EXAMPLES = (
    Example(
        bad="""
            import random
            import string


            def reset_token():
                letters = random.choices(string.ascii_letters, k=32)  # flagged
                return "".join(letters)


            def session(user):
                session_id = random.getrandbits(128)  # flagged
                return user, session_id
        """,
        good="""
            import random
            import secrets
            import string


            def reset_token():
                letters = secrets.SystemRandom().choices(string.ascii_letters, k=32)
                return "".join(letters)


            def session(user):
                session_id = secrets.SystemRandom().getrandbits(128)
                return user, session_id
        """,
    ),
)

_DRAWS = frozenset(
    f"random.{name}"
    for name in (
        "random",
        "choice",
        "choices",
        "randint",
        "randrange",
        "sample",
        "getrandbits",
        "randbytes",
        "shuffle",
        "uniform",
        "normalvariate",
        "gauss",
        "triangular",
        "betavariate",
        "expovariate",
    )
)
_SECRET = re.compile(
    r"(?i)(.*_)?(token|password|passwd|secret|nonce|otp|session_?id|api_?key|"
    r"passcode|verification_code|auth_code|access_code|state_token|csrf)"
)


# A function that asks somebody else for a token draws for other reasons.
_MAKER = re.compile(
    r"(?i)(?!_*(get|fetch|download|request|load|login|refresh|update|set|check)_)"
    + _SECRET.pattern.removeprefix("(?i)")
)
_TEXT = re.compile(r"(?i)ascii|letters|digits|chars|characters|alphabet|alnum")


def check(source: Source) -> Iterator[Site]:
    if not source.imports("random"):
        return
    for call in source.calls_to(_DRAWS):
        if _makes_secret(source, call) and not _is_considered(source, call):
            message = f"{source.called(call)} makes a secret that can be predicted"
            yield Site(node=call, message=message)


def _is_considered(source: Source, call: ast.Call) -> bool:
    """A finding of Ruff or Bandit is answered here, or `secrets` is tried first."""
    line = source.lines[call.lineno - 1]
    if "S311" in line or "nosec" in line:
        return True
    return isinstance(call.func, ast.Name) and any(
        each.module == "secrets"
        and call.func.id in {alias.asname or alias.name for alias in each.names}
        for each in source.nodes(ast.ImportFrom)
    )


def _makes_secret(source: Source, call: ast.Call) -> bool:
    """What it is assigned to, or the function that returns it, is a secret."""
    for around in source.ancestors(call):
        match around:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
                if _is_secret(source, name, call) or _is_handed_out(source, name, call):
                    return True
                if _is_hashed(source, call) and _KEY.search(name):
                    return True
                return _by_function(source, call) and _is_returned(source, name, call)
            case ast.keyword(arg=name):
                return name is not None and _SECRET.fullmatch(name) is not None
            case ast.Dict():
                return False  # its keys name other things than the target does
            case ast.Return() | ast.Assign() | ast.AnnAssign():
                return _by_function(source, call) or _is_key_of(source, call)
            case ast.stmt():
                return False
    return False


_KEY = re.compile(r"(?i)key|token|secret|session|password")


def _is_hashed(source: Source, call: ast.Call) -> bool:
    """A number that is hashed was to be hard to guess."""
    return any(
        isinstance(each, ast.Call)
        and (source.called(each) or "").startswith("hashlib.")
        for each in source.ancestors(call)
    )


def _is_key_of(source: Source, call: ast.Call) -> bool:
    function = source.function_of(call)
    named = function is not None and _KEY.search(function.name) is not None
    return named and _is_hashed(source, call)


_SESSION = re.compile(r"(?i)\w*session\w*")


def _is_handed_out(source: Source, name: str, call: ast.Call) -> bool:
    """It becomes a cookie, or what a session is known by."""
    function = source.function_of(call)
    if function is None:
        return False
    for node in body_nodes(function.body):
        match node:
            case ast.Assign(
                targets=[
                    ast.Subscript(value=ast.Name(id=kept) | ast.Attribute(attr=kept))
                ],
                value=ast.Name(id=value),
            ) if value == name and _SESSION.fullmatch(kept):
                return True
            case ast.Call(func=ast.Attribute(attr="set_cookie"), args=[_, value, *_]):
                if mentions([value], name):
                    return True
    return False


def _is_secret(source: Source, name: str, call: ast.Call) -> bool:
    """A bare `token` may be a word or a handle, a numeric nonce need only be new."""
    if name.lower() not in ("token", "nonce", "session_id"):
        return _SECRET.fullmatch(name) is not None
    if _TEXT.search(source.segment(call)):
        return True
    drawn = (source.called(call) or "").removeprefix("random.")
    return drawn == "randbytes" or (drawn == "getrandbits" and name != "token")


def _is_returned(source: Source, name: str, call: ast.Call) -> bool:
    """Returned by itself, not as one of several values."""
    function = source.function_of(call)
    assert function is not None
    return any(
        isinstance(each, ast.Return)
        and isinstance(each.value, ast.Name | ast.Call)
        and mentions([each.value], name)
        for each in body_nodes(function.body)
    )


def _by_function(source: Source, call: ast.Call) -> bool:
    function = source.function_of(call)
    if function is None or len(function.body) > _SHORT:
        return False
    return _MAKER.fullmatch(function.name) is not None


_SHORT = 6  # statements; a longer function also draws for other reasons


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    name = (mending.source.called(call) or "").removeprefix("random.")
    if mending.source.names.binds("secrets"):
        return None
    func = cst.parse_expression(f"secrets.SystemRandom().{name}")
    return Mended(node.with_changes(func=func), ("secrets",))


REPAIR = Rewrite(
    summary="Draw from the operating system's randomness",
    at="Call",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Make secrets with `secrets`",
    practice="secure-random",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-330", "CWE-338", "ASVS 5 11.5.1"),
)
