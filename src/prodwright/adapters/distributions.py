"""What installed packages say of themselves; nothing of them is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from prodwright.adapters.environments import SITE_PACKAGES, Environment
from prodwright.adapters.requirements import applies

_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One installed package.

    Attributes:
        name: Canonical.
        version: As it is written.
        licence: All that it says of its licence, in a line; empty: nothing.
        needs: Canonical names of packages that it cannot do without.
    """

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]


def distributions_in(environment: Environment) -> dict[str, Distribution]:
    """Return the packages of an environment by canonical name."""
    found: dict[str, Distribution] = {}
    places = [each for top in environment.folders for each in top.glob(SITE_PACKAGES)]
    for place in (*places, *environment.further):
        for file in sorted(place.glob("*.dist-info/METADATA")):
            for each in _read(file):
                found.setdefault(each.name, each)
    return found


def needed(names: Iterator[str], found: dict[str, Distribution]) -> set[str]:
    """Return `names` and everything that these packages need, as far as installed."""
    waiting, reached = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in found and name not in reached:
            reached.add(name)
            waiting += found[name].needs
    return reached


def _read(file: Path) -> Iterator[Distribution]:
    try:
        with file.open("rb") as opened:
            told = BytesHeaderParser(policy=compat32).parsebytes(
                opened.read(_MOST_BYTES)
            )
    except OSError:
        return
    if told["Name"] and told["Version"]:
        yield Distribution(
            name=canonicalize_name(str(told["Name"])),
            version=str(told["Version"]),
            licence=_licence(told.get_all("Classifier", []), told),
            needs=tuple(_needs(told.get_all("Requires-Dist", []))),
        )


def _licence(classifiers: list[str], told: object) -> str:
    get = told.get  # type: ignore[attr-defined]
    said = [str(get("License-Expression") or ""), *map(str, classifiers)]
    texts = [said[0], *(each for each in said[1:] if each.startswith("License ::"))]
    if not any(texts):
        texts = [str(get("License") or "").partition("\n")[0]]
    return "; ".join(each.strip() for each in texts if each.strip())[:300]


def _needs(lines: list[str]) -> Iterator[str]:
    for line in lines:
        with suppress(InvalidRequirement):
            requirement = Requirement(line)
            if applies(requirement, ""):
                yield canonicalize_name(requirement.name)
