"""A secret in the source is known to everybody who ever reads a copy of it.

It stays in the history after it is deleted, goes into every image and laptop,
and cannot be changed without a release. Treat one that was committed as stolen.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            API_KEY = "zq8Jx2mWv0TtR4nYbK7pLc3e"  # flagged
            client = dict(host="db", password="Tr0ub4dor&3-horse")  # flagged
        """,
        good="""
            import os

            API_KEY = os.environ["API_KEY"]
            client = dict(host="db", password=os.environ["DB_PASSWORD"])
        """,
    ),
    Example(
        bad="""
            LINE = "aws_access_key_id=AKIA" "Z7QFJ3MPLX2RTW5N"  # flagged
        """,
        good="""
            LINE = "aws_access_key_id=AKIAIOSFODNN7EXAMPLE"
        """,
    ),
)

_PROVIDERS = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60}|sk_live_\w{24}|"
    r"rk_live_\w{24}|xox[abprs]-\d{8,}-[\w-]{20}|glpat-[\w-]{20}|sk-ant-[\w-]{40}|"
    r"AIza[0-9A-Za-z_-]{35}|SG\.[\w-]{22}\.[\w-]{43}|npm_[A-Za-z0-9]{36}|"
    r"-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}"
)
_NAME = re.compile(
    r"(?i)(.*_)?(password|passwd|pwd|secret|secret_?key|api_?key|apikey|auth_?token|"
    r"access_?token|client_?secret|private_?key|jwt_?secret|signing_?key|access_?key)"
)
_VALUE = re.compile(r"[!-~]{8,}")
_NO_SECRET = re.compile(
    r"(?i).*(example|changeme|change_me|placeholder|dummy|xxxx|\*\*|your[_-]|<.*>|12345|abcdef|\$\{|"
    r"\{.*\}|password|secret|token|test|://|^[a-z_.-]+$|^[A-Z_]+$|[()\[\]]|^/|%\().*"
)
_LEAST_BITS = 3.0  # Shannon entropy per character; English words stay below


def check(source: Source) -> Iterator[Site]:
    found: dict[int, Site] = {}
    for node in source.nodes(ast.Constant):
        text = node.value
        if not isinstance(text, str) or len(text) < _SHORTEST_KEY:
            continue
        matched = _PROVIDERS.search(text)
        if matched is None:
            continue
        shown = "BEGIN" in matched[0] and isinstance(source.parent(node), ast.Expr)
        if not shown and "EXAMPLE" not in text:  # a docstring shows what one looks like
            found[node.lineno] = _site(source, node, "a provider's key")
    for value in _token_keys(source):
        found.setdefault(
            value.lineno, _site(source, value, "the key that signs tokens")
        )
    for _, value in _signing_keys(source):
        if source.text.count(repr(value.value)) < _A_SAMPLE:
            found.setdefault(value.lineno, _site(source, value, _SIGNING_KEY))
    for name, value in _telling_texts(source):
        found.setdefault(value.lineno, _site(source, value, repr(name)))
    yield from found.values()


def _telling_texts(source: Source) -> Iterator[tuple[str, ast.Constant]]:
    """Yield secrets by their names; so many of one name in a file are samples."""
    written = [
        (name, value)
        for name, value in _named_texts(source)
        if _NAME.fullmatch(name) and _VALUE.fullmatch(str(value.value))
    ]
    names = Counter(name for name, _ in written)
    for name, value in written:
        is_sample = source.text.count(repr(value.value)) >= _A_SAMPLE
        if is_sample or names[name] >= _A_SAMPLE:
            continue
        if _looks_secret(name, value.value):
            yield name, value


_A_SAMPLE = 3  # times in one file: it stands for any
_KEY_OF_SITE = re.compile(r"(?i)'(.*_)?api_?key'")
_SHORTEST_KEY = 20  # of those in `_PROVIDERS`


def _site(source: Source, node: ast.Constant, what: str) -> Site:
    """Nothing of the literal may reach a report, however it is written."""
    written = tuple(_WRITTEN.findall(source.segment(node)))
    is_public = _is_public(source, node, what)
    return Site(
        node=node,
        message=f"{what} stands in the source",
        redact=written,
        severity=Severity.NOTE if is_public else None,
    )


def _is_public(source: Source, node: ast.Constant, what: str) -> bool:
    """A site hands such keys to each browser, and its clients carry them."""
    if str(node.value).startswith("AIza"):
        return True
    around = source.parent(source.parent(node) or node)
    is_client = isinstance(around, ast.ClassDef) and "https://" in source.segment(
        around
    )
    return is_client and _KEY_OF_SITE.fullmatch(what) is not None


_WRITTEN = re.compile(r"[^\s'\"]{3,}")


def _named_texts(source: Source) -> Iterator[tuple[str, ast.Constant]]:
    for assigned in source.nodes(ast.Assign):
        for target in assigned.targets:
            yield from _pair(_last_name(target), assigned.value)
    for annotated in source.nodes(ast.AnnAssign):
        yield from _pair(_last_name(annotated.target), annotated.value)
    for option in source.nodes(ast.keyword):
        yield from _pair(option.arg or "", option.value)
    for table in source.nodes(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _pair(key.value, value)


_SIGNING_KEY = "the key that signs sessions"
_KEY_OF_APP = re.compile(r"(?i)secret_?key|jwt_secret(_key)?")
_MADE_LATER = re.compile(r"[<{$%].*|/.*|(?i:secret_?key|jwt_secret(_key)?)|")


def _signing_keys(source: Source) -> Iterator[tuple[str, ast.Constant]]:
    """Yield what an application signs with: however short, whoever reads it signs."""
    if not source.imports("flask", "flask_sqlalchemy", "quart", "connexion"):
        return
    for assigned in source.nodes(ast.Assign):
        for target in assigned.targets:
            is_member = isinstance(target, ast.Subscript | ast.Attribute)
            if not is_member or not _KEY_OF_APP.fullmatch(_last_name(target)):
                continue
            for _, value in _pair("", assigned.value):
                if not _MADE_LATER.fullmatch(str(value.value)):
                    yield _SIGNING_KEY, value


_TAKES_KEY = frozenset({"jwt.encode", "jwt.decode"})


def _token_keys(source: Source) -> Iterator[ast.Constant]:
    """Yield what tokens are signed with by PyJWT; who checks none needs no key."""
    for call in source.calls_to(_TAKES_KEY):
        key = passed(call, "key", 1)
        written = key if isinstance(key, ast.Constant) else None
        if written is None or not isinstance(written.value, str):
            continue
        if not _unverified(call) and not _MADE_LATER.fullmatch(written.value):
            yield written


def _unverified(call: ast.Call) -> bool:
    options = passed(call, "options", 3)
    return constant(passed(call, "verify", 2)) is False or isinstance(options, ast.Dict)


def _pair(name: str, value: ast.expr | None) -> Iterator[tuple[str, ast.Constant]]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield name, value


def _last_name(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def _looks_secret(name: str, value: object) -> bool:
    if not isinstance(value, str) or _NAME.fullmatch(name) is None:
        return False
    if _VALUE.fullmatch(value) is None or _NO_SECRET.fullmatch(value):
        return False
    if _NO_NAME.fullmatch(name) or not _is_mixed(value):
        return False
    return _bits_per_character(value) >= _LEAST_BITS


_NO_NAME = re.compile(
    r"(?i).*(dummy|test|example|fake|public|not_so|default|sample|"
    r"amplitude|mixpanel|posthog|segment_).*"  # each client sends events with those
)
_LONG = 16  # keys are at least that long; chosen passwords have marks instead


def _is_mixed(value: str) -> bool:
    """Names of things have letters, perhaps a digit, and no marks."""
    digits = sum(each.isdigit() for each in value)
    marks = sum(not (each.isalnum() or each in "_-.") for each in value)
    letters = sum(each.isalpha() for each in value)
    return bool(letters) and (
        (len(value) >= _LONG and digits > 1) or digits * marks > 0
    )


def _bits_per_character(text: str) -> float:
    shares = [text.count(each) / len(text) for each in set(text)]
    return -sum(share * math.log2(share) for share in shares)


REPAIR = Brief(
    summary="Change the secret, then read it from the environment or a secret store at "
    "start-up; rewriting history alone does not undo the leak"
)

HAZARD = Hazard(
    title="Keep secrets out of the source",
    practice="sensitive-data",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-798", "CWE-259", "ASVS 5 13.3.1"),
)
