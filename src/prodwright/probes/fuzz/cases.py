"""What is sent instead of a request that a test makes: a list of named cases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from prodwright.probes.fuzz import accounts, whole
from prodwright.probes.fuzz.messages import Request
from prodwright.probes.fuzz.schemas import Document, Operation
from prodwright.probes.fuzz.slots import JSON, Slot, slots_of
from prodwright.probes.fuzz.values import FLOATS, INTEGERS, STRINGS, beyond, hostile
from prodwright.probes.fuzz.vectors import Vector, mark_of, vectors_at

_SECRET = re.compile(r"passw|passphrase|secret|\bpin$|card|cvv|cvc|\bpan$|\bssn", re.I)
_MOST_CASES = 1_500
SEED = "seed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request, and what is special about it.

    Attributes:
        name: Tells it from the others on the same request.
        request: What is sent.
        vector: Whose effect is looked for.
        breaks: The declared rule that it breaks.
        secret: What must not be kept as it is.
        account: Whose credentials it bears: `nobody`, `forged`, or another's.
    """

    name: str
    request: Request
    vector: Vector | None = None
    breaks: str = ""
    secret: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What cases are made of.

    Attributes:
        request: One that a test makes.
        template: Of its path.
        document: What the application says of itself.
        operation: Which of it the request is for; None: it is not declared.
        accounts: Headers with other credentials, by whose they are.
    """

    request: Request
    template: str
    document: Document
    operation: Operation | None
    accounts: dict[str, dict[str, str]]


def cases_for(subject: Subject) -> list[Case]:
    """Return the cases, most telling ones first; always the same."""
    slots = slots_of(
        subject.request, subject.template, subject.document, subject.operation
    )
    lanes = [
        _accounts(subject),
        iter(_secrets(subject.request, slots)),
        *(_in_slot(each) for each in slots),
        _whole(subject.request),
    ]
    found: dict[str, Case] = {}
    for row in zip_longest(*lanes):
        for each in row:
            if each is not None:
                found.setdefault(each.name, each)
    return list(found.values())[:_MOST_CASES]


def named(subject: Subject, name: str) -> Case | None:
    """Return the case of that name; None: there is none."""
    if name == SEED:
        return Case(name=SEED, request=subject.request)
    if name == BOMB:
        return Case(name=BOMB, request=whole.bomb(subject.request))
    return next((each for each in cases_for(subject) if each.name == name), None)


BOMB = "encoding:bomb"


def _accounts(subject: Subject) -> Iterator[Case]:
    """First of all: what comes later may change what there is to be read."""
    others = accounts.variants(subject.request, subject.template, subject.accounts)
    for name, request in others:
        yield Case(name=f"as:{name}", request=request, account=name)


def _whole(request: Request) -> Iterator[Case]:
    for name, changed in whole.strange(request):
        yield Case(name=name, request=changed)


def _in_slot(slot: Slot) -> Iterator[Case]:
    """Yield the vectors and the strange values of one slot by turns."""
    pairs = zip_longest(_vectors(slot), _values(slot))
    for pair in pairs:
        yield from (each for each in pair if each is not None)


def _vectors(slot: Slot) -> Iterator[Case]:
    if not isinstance(slot.value, str):
        return
    for vector in vectors_at(slot.name):
        request = slot.put(vector.text)
        if request is not None:
            name = f"{slot.name}:{vector.name}"
            yield Case(name=name, request=request, vector=vector)


def _values(slot: Slot) -> Iterator[Case]:
    for name, value in beyond(slot.schema):
        request = slot.put(value)
        if request is not None:
            breaks = name.replace("-", " ")
            case = f"{slot.name}:{name}"
            yield Case(name=case, request=request, breaks=breaks)
    if slot.without is not None:
        breaks = "required" if slot.is_required else ""
        case = f"{slot.name}:missing"
        yield Case(name=case, request=slot.without, breaks=breaks)
    values = _texts() if slot.is_text else hostile(slot.value)
    for name, value in values:
        request = slot.put(value)
        if request is not None:
            yield Case(name=f"{slot.name}:{name}", request=request)


def _texts() -> Iterator[tuple[str, object]]:
    yield from STRINGS
    numbers = (*INTEGERS, *FLOATS)
    yield from ((f"number-{name}", str(value)) for name, value in numbers)


def _secrets(request: Request, slots: list[Slot]) -> Iterator[Case]:
    """Yield the request with secrets that stand nowhere else."""
    for slot in slots:
        is_field = slot.name.startswith(("body.", "form."))
        if not (is_field and isinstance(slot.value, str) and _SECRET.search(slot.name)):
            continue
        secret = f"Zq7!{mark_of(slot.name)}-Kx"
        changed = _everywhere(request, slot, secret)
        if changed is not None:
            yield Case(name=f"{slot.name}:secret", request=changed, secret=secret)


def _everywhere(request: Request, slot: Slot, secret: str) -> Request | None:
    """A password that has to be repeated is the same in both places."""
    if JSON not in request.header("content-type") or len(slot.value) < len("secret"):
        return slot.put(secret)
    body = request.body.replace(
        json.dumps(slot.value).encode(), json.dumps(secret).encode()
    )
    return request.with_body(body)
