"""What the fault exploration is about: places, points, plans and sightings."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

STRONG, MEDIUM, WEAK = "strong", "medium", "weak"
_PLAN = re.compile(
    r"(?P<operation>[\w.-]+)@(?P<path>[^:]*):(?P<function>[^#]*)#(?P<occurrence>\d+)"
    r"=(?P<fault>[\w-]+)(?:\*(?P<times>\d*))?"
)
FOREVER = 1_000_000


class HangFound(BaseException):
    """An unbounded wait or retry, found without waiting.

    It is no `Exception`, so that the code under test does not handle it.
    """


@dataclass(frozen=True, slots=True)
class Place:
    """Where the code under test meets the outside.

    Attributes:
        path: Relative to the root of the tests.
        line: 1-based.
        function: Its qualified name.
    """

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Point:
    """One occasion on which something outside can go wrong.

    Attributes:
        operation: What is done, e.g. `http` or `file.write`.
        place: Where the code under test does it.
        occurrence: Its number among those of the same operation and function.
        faults: What can go wrong there.
        detail: What it is about, e.g. a URL without its query.
        writes: Whether it changes something outside.
    """

    operation: str
    place: Place
    occurrence: int
    faults: tuple[str, ...]
    detail: str
    writes: bool

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What stays the same from run to run."""
        place = self.place
        return (self.operation, place.path, place.function, self.occurrence)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which fault is injected where.

    Attributes:
        operation: As of the point.
        path: As of its place.
        function: As of its place.
        occurrence: The first one that meets the fault.
        fault: What goes wrong.
        times: How many in a row meet it; `FOREVER`: it stays down.
    """

    operation: str
    path: str
    function: str
    occurrence: int
    fault: str
    times: int = 1

    @classmethod
    def at(cls, point: Point, fault: str, times: int = 1) -> Plan:
        """Return the plan to have `fault` at `point`."""
        place = point.place
        return cls(
            point.operation, place.path, place.function, point.occurrence, fault, times
        )

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Return the plan that `str` made `text` of.

        Raises:
            ValueError: It is none.
        """
        found = _PLAN.fullmatch(text)
        if found is None:
            raise ValueError(
                f"{text!r} is no fault; "
                "write one as OPERATION@FILE:FUNCTION#NUMBER=FAULT"
            )
        times = found["times"]
        return cls(
            found["operation"],
            found["path"],
            found["function"],
            int(found["occurrence"]),
            found["fault"],
            1 if times is None else int(times or FOREVER),
        )

    def __str__(self) -> str:
        last = {1: "", FOREVER: "*"}.get(self.times, f"*{self.times}")
        where = f"{self.operation}@{self.path}:{self.function}#{self.occurrence}"
        return f"{where}={self.fault}{last}"

    def meets(self, operation: str, place: Place, occurrence: int) -> bool:
        """Tell whether the point with these attributes meets the fault."""
        return (
            (operation, place.path) == (self.operation, self.path)
            and place.function == self.function
            and self.occurrence <= occurrence < self.occurrence + self.times
        )


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that went wrong in the code under test.

    Attributes:
        kind: What, e.g. `no-timeout`.
        level: `strong`, `medium` or `weak`.
        path: Of the place where it shows.
        line: 1-based.
        says: The consequence, as a phrase.
        fault: The plan under which it was seen; empty: without any fault.
    """

    kind: str
    level: str
    path: str
    line: int
    says: str
    fault: str = ""


@dataclass(slots=True)
class Explored:
    """What the exploration of one test showed.

    Attributes:
        test: Its node identifier.
        state: `explored`, `failing`, `flaky`, `skipped`, `no points` or `unjudged`.
        why: More about the state.
        points: Number of fault points.
        runs: Number of injected runs.
        seconds: Wall-clock time for all of them.
        cpu_seconds: Processor time of the injected runs.
        sightings: What went wrong.
        green: Plans under which nothing did, each with the path of its place.
        left: Plans that were not tried.
        defences: Plans that turned red once a defence was taken away, with what it was.
    """

    test: str
    state: str = "explored"
    why: str = ""
    points: int = 0
    runs: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    sightings: list[Sighting] = field(default_factory=list)
    green: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    defences: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)
