"""Secrets that went into requests, and whether they came out anywhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

_SENSITIVE = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|api[-_]?key|authorization|^card|^pan$|cvv|cvc"
    r"|\bssn\b|cookie|private[-_]?key|credential",
    re.I,
)
_IN_URL = re.compile(r"\w+://[^/@:\s]*:([^/@\s]+)@")
_IN_QUERY = re.compile(r"[?&]([\w-]+)=([^&#\s]+)")
_IN_JSON = re.compile(r'"([\w-]+)"\s*:\s*"([^"]{6,})"')
_IN_FORM = re.compile(r"([\w-]+)=([^&\s]{6,})")
_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){13,19}(?![\d.])")
_SHORTEST = 6
_CARD_DIGITS = 13


class Secrets:
    """The secrets that a run has seen in use."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def forget(self) -> None:
        """Begin with none."""
        self._known.clear()

    def sniff(self, url: str, headers: Mapping[str, str], body: Any) -> None:
        """Learn the secrets of one request."""
        self._learn(match[1] for match in _IN_URL.finditer(url))
        pairs = [*_IN_QUERY.findall(url), *headers.items()]
        if isinstance(body, (bytes, str)):
            text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
            pairs += [*_IN_JSON.findall(text), *_IN_FORM.findall(text)]
        self._learn(
            value.split(" ")[-1] for name, value in pairs if _SENSITIVE.search(name)
        )

    def sniff_environment(self) -> None:
        """Learn the secrets that the environment brings."""
        self._learn(
            value
            for name, value in os.environ.items()
            if _SENSITIVE.search(name) and not value.startswith("/")
        )

    def sniff_address(self, address: str) -> None:
        """Learn the password of a database's address."""
        self._learn(match[1] for match in _IN_URL.finditer(address))

    def _learn(self, values: Iterable[str]) -> None:
        self._known.update(each for each in values if len(each) >= _SHORTEST)

    def found_in(self, text: str) -> str:
        """Return what of a secret stands in `text`, disguised; empty: nothing."""
        for each in self._known:
            if each in text:
                return f"{each[:2]}***"
        for match in _CARD.finditer(text):
            if _is_card(match[0]):
                return "a card number"
        return ""


def _is_card(text: str) -> bool:
    """Tell whether the digits pass the check of ISO/IEC 7812-1, and are no filler."""
    digits = [int(each) for each in text if each.isdigit()]
    if (
        len(digits) < _CARD_DIGITS
        or len(set(digits)) == 1
        or digits[0] not in (3, 4, 5, 6)
    ):
        return False
    doubled = (sum(divmod(2 * each, 10)) for each in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


SECRETS = Secrets()
