"""A session that keeps its key over a login belongs to whoever knew the key before.

An attacker has a visitor begin with a session of the attacker's choosing, waits for the
login, and is then logged in as the visitor: the key that they know is still the one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, constant

EXAMPLES = (
    Example(
        bad="""
            from django.contrib.auth.hashers import check_password
            from django.shortcuts import redirect

            from shop.models import User


            def login(request):
                user = User.objects.get(name=request.POST["name"])
                if check_password(request.POST["password"], user.password):
                    request.session["user_id"] = user.id  # flagged
                return redirect("/")
        """,
        good="""
            from django.contrib.auth.hashers import check_password
            from django.shortcuts import redirect

            from shop.models import User


            def login(request):
                user = User.objects.get(name=request.POST["name"])
                if check_password(request.POST["password"], user.password):
                    request.session.cycle_key()
                    request.session["user_id"] = user.id
                return redirect("/")
        """,
    ),
)

_LOGIN = re.compile(r"(?i)(.*_)?(log_?in|sign_?in|authenticate)(_.*)?")
_WHO = re.compile(
    r"(?i)_?(user|user_?name|user_?id|uid|account|account_?id|customer_?id|member_?id"
    r"|email|role|is_?admin|admin|logged_?in|is_?logged_?in|authenticated)"
)
# What gives the session another key, or all of a login to Django.
_RENEWS = frozenset({"cycle_key", "flush", "login", "auth_login", "django_login"})


def check(source: Source) -> Iterator[Site]:
    """Yield where a view of Django logs somebody in by hand and keeps the key.

    Flask's and Starlette's sessions have no key: they are the signed cookie.
    """
    if "request.session" not in source.text or not source.imports("django"):
        return
    for node in source.nodes(ast.Assign):
        function = source.function_of(node)
        if function is None or not _LOGIN.fullmatch(function.name):
            continue
        if _says_who(node) and not _renews(function):
            message = "whoever knew the session's key before the login still has it"
            yield Site(node=node, message=message)


def _says_who(node: ast.Assign) -> bool:
    match node.targets:
        case [
            ast.Subscript(value=ast.Attribute(value=owner, attr="session"), slice=key)
        ]:
            name = constant(key)
            is_request = isinstance(owner, ast.Name | ast.Attribute)
            return isinstance(name, str) and is_request and bool(_WHO.fullmatch(name))
        case _:
            return False


def _renews(function: ast.AST) -> bool:
    calls = (each.func for each in ast.walk(function) if isinstance(each, ast.Call))
    names = (
        each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")
        for each in calls
    )
    return not _RENEWS.isdisjoint(names)


REPAIR = Brief(
    summary="Call `request.session.cycle_key()` before the session says who it is of, "
    "or log in with `django.contrib.auth.login`, which does"
)

HAZARD = Hazard(
    title="Give the session another key at login",
    practice="access-control",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-384", "OWASP ASVS 5.0 7.2.4", "Django docs: cycle_key"),
    subject="logins",
    concerns=lambda source: "request.session" in source.text,
)
