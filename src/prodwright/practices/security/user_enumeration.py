""" "No such user" and "wrong password" tell a stranger which addresses are customers.

A list of a million addresses is tried in a night; those that exist are sold, or
tried with the passwords of the last leak.
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
    body_nodes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import HTTPException


            def login(name, password, users):
                user = users.find(name)
                if user is None:
                    raise HTTPException(404, "User not found")  # flagged
                if not user.knows(password):
                    raise HTTPException(401, "Wrong password")
                return user
        """,
        good="""
            from fastapi import HTTPException


            def login(name, password, users):
                user = users.find(name)
                known = check(password, user.hash if user else DUMMY)
                if not known:
                    raise HTTPException(401, "Name or password is wrong")
                return user
        """,
    ),
)

_ENTRY = re.compile(
    r"(?i)(log_?in|sign_?in|authenticate|forgot|recover|reset)(_.*)?|.*_(login|sign_?in)"
    r"|.*(password_reset|reset_password|forgot_password|recover_password|access_token)"
)
_UNKNOWN = re.compile(
    r"(?i)(user|account|e-?mail|customer|username)\b.{0,40}"
    r"(not (found|exist|registered)|does ?n[o']t exist|unknown|no such|is not known)"
    r"|no (such )?(user|account)\b|unknown (user|account|e-?mail)"
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if not _ENTRY.fullmatch(function.name) or _is_known(function):
            continue
        for node in body_nodes(function.body):
            if isinstance(node, ast.Raise | ast.Return) and _tells(node):
                message = "a stranger learns that there is no such account"
                yield Site(node=node, message=message)


def _is_known(function: Function) -> bool:
    """Whoever is logged in already may be told who else there is."""
    guards = " ".join(ast.unparse(each) for each in function.decorator_list)
    known = ("current_user", "superuser", "admin", "login_required")
    return any(each in ast.unparse(function.args) + guards for each in known)


def _tells(node: ast.Raise | ast.Return) -> bool:
    """What is answered says so in words; an internal error type does not."""
    answer = node.exc if isinstance(node, ast.Raise) else node.value
    if not isinstance(answer, ast.Call | ast.Tuple | ast.Dict):
        return False
    if isinstance(node, ast.Raise) and "HTTP" not in ast.unparse(answer):
        return False
    texts = (each.value for each in ast.walk(answer) if isinstance(each, ast.Constant))
    return any(isinstance(each, str) and _UNKNOWN.search(each) for each in texts)


REPAIR = Brief(
    summary="Give one answer for both, after the same work (hash a dummy password), "
    "and answer a reset with 202 whether or not there is such an account"
)

HAZARD = Hazard(
    title="Answer the same for unknown and known",
    practice="timing-leaks",
    severity=Severity.MEDIUM,
    check=check,
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-204", "OWASP ASVS 5.0 6.3.8"),
    subject="a login",
    concerns=lambda source: "password" in source.text,
)
