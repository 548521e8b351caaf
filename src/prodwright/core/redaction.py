"""Keeps secrets out of what a model reads: nothing that looks like one leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

MASK = "[secret withheld]"
_LEAST_CHARACTERS = 8  # shorter values of variables are words, not secrets
_PEM = (
    r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))"
)
_ASSIGNED = (
    r"(?i)(?:aws_secret_access_key|api_?key|client_secret|secret_key|access_token"
    r"|auth_token|password)[\"']?\s*[:=]\s*[\"'](?P<secret>[^\"'\s{}$<>]{12,})[\"']"
)
# Each matches the secret itself in the group `secret`. Sources: the issuers' own
# documentation of their key formats; RFC 7468 for PEM; RFC 7519 for JWT.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        _PEM,
        r"(?P<secret>\b(?:AKIA|ASIA)[0-9A-Z]{16}\b)",
        r"(?P<secret>\bgh[pousr]_[A-Za-z0-9]{36,255}\b)",
        r"(?P<secret>\bgithub_pat_[A-Za-z0-9_]{22,255}\b)",
        r"(?P<secret>\bglpat-[A-Za-z0-9_-]{20,}\b)",
        r"(?P<secret>\bxox[abeoprs]-[A-Za-z0-9-]{10,})",
        r"(?P<secret>\bsk-[A-Za-z0-9_-]{20,})",
        r"(?P<secret>\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,})",
        r"(?P<secret>\bAIza[0-9A-Za-z_-]{35})",
        r"(?P<secret>\bey[A-Za-z0-9_-]{10,}\.ey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})",
        r"\w+://[^/\s:@]+:(?P<secret>[^/\s@]{3,})@",
        _ASSIGNED,
    )
)
_SECRET_FILES = re.compile(
    r"(\.env(\..+)?|.*\.(pem|key|p12|pfx|jks|keystore)|id_(rsa|dsa|ecdsa|ed25519)"
    r"|\.netrc|\.pgpass|\.pypirc|\.npmrc|credentials(\.json)?|.*\.tfstate)"
)
_HARMLESS_FILES = re.compile(r"\.env\.(example|sample|template|dist)")
_SECRET_VARIABLE = re.compile(r"(?i)(key|token|secret|passw|credential)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Masks secrets in text.

    Attributes:
        known: Values that are secret wherever they stand.
    """

    known: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        """Return `text` with every secret replaced by a mask."""
        for value in self.known:
            text = text.replace(value, MASK)
        for pattern in _PATTERNS:
            text = pattern.sub(_masked, text)
        return text


def redaction_of(variables: Iterable[tuple[str, str]]) -> Redaction:
    """Return what masks the values of variables that are named like secrets.

    Args:
        variables: Environment variables, as pairs.
    """
    values = {
        value
        for name, value in variables
        if _SECRET_VARIABLE.search(name) and len(value) >= _LEAST_CHARACTERS
    }
    return Redaction(known=tuple(sorted(values, key=len, reverse=True)))


def cleaned(value: object, clean: Callable[[str], str]) -> object:
    """Return a JSON value with every text in it cleaned."""
    match value:
        case str():
            return clean(value)
        case list():
            return [cleaned(each, clean) for each in value]
        case dict():
            return {clean(key): cleaned(each, clean) for key, each in value.items()}
    return value


def holds_secrets(path: str) -> bool:
    """Tell whether a file of this name is kept from a model altogether."""
    name = PurePosixPath(path).name.lower()
    if _HARMLESS_FILES.fullmatch(name):
        return False
    return bool(_SECRET_FILES.fullmatch(name))


def _masked(match: re.Match[str]) -> str:
    start, end = match.span("secret")
    whole, offset = match.group(0), match.start()
    return f"{whole[: start - offset]}{MASK}{whole[end - offset :]}"
