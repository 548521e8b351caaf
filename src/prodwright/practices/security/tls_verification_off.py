"""Without verification anybody on the way can read and change what is sent.

Encryption to an unknown peer protects nothing: the attacker answers with a
certificate of their own, and the client sends its credentials to it.
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
    constant,
    cst,
    keyword,
    without_keyword,
)

EXAMPLES = (
    Example(
        bad="""
            import requests


            def rates(url):
                return requests.get(url, verify=False, timeout=5)  # flagged
        """,
        good="""
            import requests


            def rates(url):
                return requests.get(url, timeout=5)
        """,
    ),
)

_CLIENTS = ("requests", "httpx", "aiohttp", "urllib3")


def check(source: Source) -> Iterator[Site]:
    if not source.imports("ssl", "paramiko", *_CLIENTS):
        return
    for call in source.nodes(ast.Call):
        name = source.called(call) or ""
        if _says_so(source, call):
            continue
        if name.partition(".")[0] in _CLIENTS and _is_off(call):
            yield Site(node=call, message="the other side's certificate is not checked")
        elif name == "ssl._create_unverified_context":
            yield Site(node=call, message="the context accepts every certificate")
    for attribute in source.nodes(ast.Attribute):
        if attribute.attr != "CERT_NONE" or _says_so(source, attribute):
            continue
        if _is_set(source, attribute):
            message = "the context accepts every certificate"
            yield Site(node=attribute, message=message)


_OPEN = re.compile(
    r"(?i).*(insecure|unverified|no_?verify|without_?verif|skip_?verif).*"
)


def _says_so(source: Source, node: ast.expr) -> bool:
    """What is called insecure is used by those who ask for it."""
    function = source.function_of(node)
    names = [function.name] if function is not None else []
    around = source.parent(node)
    if isinstance(around, ast.Assign):
        targets = (each for target in around.targets for each in ast.walk(target))
        names += [each.id for each in targets if isinstance(each, ast.Name)]
    return any(_OPEN.fullmatch(name) for name in names)


def _is_off(call: ast.Call) -> bool:
    options = ("verify", "ssl", "verify_ssl")
    values = (keyword(call, option) for option in options)
    return any(_is_false(each) for each in values)


def _is_false(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def _is_set(source: Source, attribute: ast.Attribute) -> bool:
    """Set without a condition; a setting that switches it off is a choice."""
    statement = source.parent(attribute)
    if source.qualified(attribute) != "ssl.CERT_NONE":
        return False
    if not isinstance(statement, ast.Assign | ast.keyword):
        return False
    around = source.ancestors(attribute)
    return not any(isinstance(each, ast.If | ast.IfExp) for each in around)


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    if constant(keyword(call, "verify")) is not False:
        return None
    return Mended(without_keyword(node, "verify"))


REPAIR = Rewrite(
    summary="Verify certificates; for a private authority pass its file as `verify`",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Verify whom you talk to",
    practice="sensitive-data",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-295", "ASVS 5 12.3.2"),
)
