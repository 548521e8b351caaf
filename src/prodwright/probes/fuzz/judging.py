"""What no answer to hostile input may be, whatever the application is for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from prodwright.probes.fuzz import accounts
from prodwright.probes.fuzz.breaking import (
    MEDIUM,
    STRONG,
    WEAK,
    Sighting,
    is_of_the_place,
    server_error,
)
from prodwright.probes.fuzz.cases import Case
from prodwright.probes.fuzz.messages import Answer
from prodwright.probes.fuzz.vectors import effect
from prodwright.probes.fuzz.watching import Seen

SLOW_SECONDS = 1.5  # of the processor, for one request
_SLOWER = 20
MOST_MEGABYTES = 120  # that one request may take, however it is sent
_OK, _REDIRECT, _REFUSED, _BROKEN = 200, 300, 400, 500
_INTERNALS = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"\n]+\.py\", line \d+"
    r"|sqlite3\.\w+Error|sqlalchemy\.exc\.|psycopg2?\.\w+|asyncpg\.exceptions"
    r"|UNIQUE constraint failed|NOT NULL constraint failed|near \"[^\"]*\": syntax"
    r"|unrecognized token: |/site-packages/|/lib/python3"
)
_SPENT = ("insert", "update", "replace", "merge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a request took.

    Attributes:
        cpu_seconds: Of the processor.
        megabytes: By which the most memory that was ever in use has grown.
    """

    cpu_seconds: float = 0.0
    megabytes: float = 0.0


@dataclass(slots=True)
class Judge:
    """Judges the answers to cases on one request.

    Attributes:
        plain: What the request itself is answered, and took; None: unknown.
        plain_cost: What it took.
        root: Folder whose path no answer may tell.
        departure: Tells how an answer departs from what is declared; empty: not.
        is_code: Tells whether a file is under test.
        private: Whether users are known to be strangers to each other.
    """

    plain: Answer | None = None
    plain_cost: Cost = field(default_factory=Cost)
    root: str = ""
    private: bool = False
    is_code: Callable[[str], bool] = field(default=lambda _: True)
    departure: Callable[[Answer], str] = field(default=lambda _: "")
    _nobody: Answer | None = None

    def sightings(
        self, case: Case, answer: Answer, seen: Seen, cost: Cost
    ) -> Iterator[Sighting]:
        """Yield what is wrong with an answer, and with what was done for it."""
        if case.account:
            yield from self._authorised(case, answer)
        error = answer.error or next(iter(seen.errors), None)
        if is_of_the_place(error):
            return
        for each in (
            None if case.request.is_cut else server_error(answer, error, self.is_code),
            _internals(case, answer, self.plain, self.root),
            _effect(case, answer, seen),
            _kept(case, seen),
            self._costly(case, cost),
            _accepted(case, answer),
            _no_json(answer),
            self._departs(answer),
        ):
            if each is not None:
                yield each

    def _authorised(self, case: Case, answer: Answer) -> Iterator[Sighting]:
        if case.account == accounts.NOBODY:
            self._nobody = answer
            return
        nobody = self._nobody.status if self._nobody is not None else 0
        refused = _REFUSED <= nobody < _BROKEN
        if not (refused and _OK <= answer.status < _REDIRECT):
            return
        if case.account.startswith(accounts.FORGED):
            says = f"credentials that were forged ({case.account}) are taken for real"
            yield Sighting(kind="forged-credentials", level=STRONG, says=says)
            return
        reads = case.request.method == "GET"
        same = self.plain is not None and answer.body == self.plain.body
        if reads and not (same and answer.body):
            return
        does = "reads" if reads else "changes"
        yield Sighting(
            kind="another-account",
            level=MEDIUM if self.private else WEAK,
            says=f"{case.account} {does} what belongs to somebody else",
        )

    def _departs(self, answer: Answer) -> Sighting | None:
        says = self.departure(answer)
        if not says or answer.status >= _BROKEN:
            return None
        level = MEDIUM if answer.status < _REDIRECT else WEAK
        return Sighting(kind="invalid-answer", level=level, says=says)

    def _costly(self, case: Case, cost: Cost) -> Sighting | None:
        usual = max(self.plain_cost.cpu_seconds, 0.01) * _SLOWER
        if cost.cpu_seconds > max(SLOW_SECONDS, usual):
            says = f"one request of {_size(case)} takes {cost.cpu_seconds:.1f} s of CPU"
            return Sighting(kind="slow", level=MEDIUM, says=says)
        sent = len(case.request.body) / 1e6
        if cost.megabytes > MOST_MEGABYTES + 12 * sent:
            says = f"one request of {_size(case)} takes {cost.megabytes:.0f} MB"
            return Sighting(kind="memory", level=MEDIUM, says=says)
        return None


def _size(case: Case) -> str:
    sent = len(case.request.body) + len(case.request.path) + len(case.request.query)
    return f"{sent / 1e6:.1f} MB" if sent > 1e5 else f"{sent} bytes"


def _internals(
    case: Case, answer: Answer, plain: Answer | None, root: str
) -> Sighting | None:
    text = answer.text
    found = _INTERNALS.search(text)
    shown = found[0] if found else ""
    if not shown and root and f"{root}/" in text:
        shown = f"{root}/"
    if not shown or (plain is not None and shown in plain.text):
        return None
    sent = case.request.body.decode("utf-8", "replace")
    if shown in sent or shown in case.request.query:
        return None
    says = f"the answer ({answer.status}) tells {_short(shown)!r}"
    return Sighting(kind="internals", level=STRONG, says=says)


def _effect(case: Case, answer: Answer, seen: Seen) -> Sighting | None:
    if case.vector is None:
        return None
    does = effect(case.vector, answer, seen)
    if not does:
        return None
    level = MEDIUM if case.vector.kind in ("open-redirect", "ssrf") else STRONG
    says = f"{case.vector.text[:60]!r}: {does}"
    return Sighting(kind=case.vector.kind, level=level, says=says)


def _kept(case: Case, seen: Seen) -> Sighting | None:
    """Look for a secret in what was written; whoever salts it cannot be seen."""
    if not case.secret:
        return None
    forms = tuple(_forms(case.secret))
    for statement in seen.statements:
        if not statement.lstrip().lower().startswith(_SPENT):
            continue
        for how, text in forms:
            if text.lower() in statement.lower():
                return Sighting(
                    kind="secret-kept",
                    level=STRONG,
                    says=f"the database holds it {how}",
                )
    for path, content in seen.written():
        for how, text in forms:
            if text.encode() in content:
                says = f"the file {path.rpartition('/')[2]} holds it {how}"
                return Sighting(kind="secret-kept", level=STRONG, says=says)
    return None


def _forms(secret: str) -> Iterator[tuple[str, str]]:
    content = secret.encode()
    yield "as it is", secret
    yield "in base64", base64.b64encode(content).decode()
    for name in ("md5", "sha1", "sha256", "sha512"):
        hashed: Callable[..., Any] = getattr(hashlib, name)
        digest = hashed(content, usedforsecurity=False)
        yield f"as {name} without salt", digest.hexdigest()
        yield f"as {name} without salt", base64.b64encode(digest.digest()).decode()


def _accepted(case: Case, answer: Answer) -> Sighting | None:
    if not case.breaks or not _OK <= answer.status < _REDIRECT:
        return None
    says = f"what is declared is not held: {case.breaks} is accepted"
    return Sighting(kind="accepted-invalid", level=MEDIUM, says=says)


def _no_json(answer: Answer) -> Sighting | None:
    """NaN and Infinity are no JSON (RFC 8259, section 6); few parsers read them."""
    if "json" not in answer.header("content-type") or not answer.body:
        return None
    if answer.size != len(answer.body) or not _OK <= answer.status < _REDIRECT:
        return None
    refused: list[str] = []
    try:
        json.loads(answer.body, parse_constant=refused.append)
    except (ValueError, RecursionError):
        return None  # lines of JSON, or the answer to HEAD
    if not refused:
        return None
    says = f"the answer holds {refused[0]}, which is no JSON"
    return Sighting(kind="invalid-answer", level=MEDIUM, says=says)


def _short(text: str) -> str:
    return " ".join(text.split())[:140]
