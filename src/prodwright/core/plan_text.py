"""A plan as text that a person can edit, and back; nothing in it is guessed at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.plan import EDITED, Plan, PlannedPractice
from prodwright.core.printing import printable

_LISTS = ("files", "interfaces", "tests", "risks", "practices")
_PARTS = ("summary", *_LISTS)
_TITLE = re.compile(r"(\w+):\s*")
_COMMENT = "#"
_HELP = """\
# The plan, for you to edit. Save it and leave the editor; what you save is what is
# written. Parts begin at the left, what is in them is indented, and each entry of a
# list begins with `- `. Lines that begin with `#` are left out.
#   files      - path: purpose       what may be changed, tests and CI included
#   practices  - name: how it will be shown
"""
MOST_SUMMARY_CHARACTERS = 2_000


def plan_text(plan: Plan) -> str:
    """Return `plan` as a person edits it."""
    lists = {
        **{name: getattr(plan, name) for name in _LISTS[:-1]},
        "practices": [f"{each.practice}: {each.shown_by}" for each in plan.practices],
    }
    lines = ["summary:", *(f"  {line}" for line in plan.summary.splitlines())]
    for name, entries in lists.items():
        lines += [f"{name}:", *(line for each in entries for line in _entry(each))]
    return _HELP + "".join(f"{printable(line).rstrip()}\n" for line in lines)


def read_plan(text: str, practices: Collection[str]) -> Plan:
    """Return the plan that `text` says, as the user's own.

    Args:
        text: In the form of `plan_text`.
        practices: Names that may stand under `practices`.

    Raises:
        ConfigurationInvalid: It says no plan; the line is named.
    """
    parts: dict[str, list[str]] = {}
    for number, title, line in _lines(text):
        content = parts.setdefault(title, [])
        if title == "summary":
            content.append(line)
        elif line.startswith("- ") or line == "-":
            content.append(line[1:].strip())
        elif line and not content:
            raise _wrong(number, f"{line!r} is no entry", "begin it with `- `")
        elif line:
            content[-1] = f"{content[-1]} {line}"
    summary = "\n".join(parts.get("summary", [])).strip()
    plan = Plan(
        summary=summary,
        **{name: _entries(parts.get(name, ())) for name in _LISTS[:-1]},
        practices=_practices(_entries(parts.get("practices", ())), practices),
        agreed=EDITED,
    )
    _check(plan)
    return plan


def _entry(text: str) -> Iterator[str]:
    first, *others = text.splitlines() or [""]
    yield f"  - {first}"
    yield from (f"    {line}" for line in others)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield number, part and content of each line in a part; no title twice."""
    title, seen = "", set[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(_COMMENT):
            continue
        if not line.strip() or line[0].isspace():
            if line.strip() and not title:
                raise _wrong(number, "it is in no part", "begin with `summary:`")
            if title:
                yield number, title, line.strip()
            continue
        title = _title(number, line, seen)
        seen.add(title)


def _title(number: int, line: str, seen: Collection[str]) -> str:
    match = _TITLE.fullmatch(line)
    if match is None or match[1] not in _PARTS:
        told = f"{line.strip()[:40]!r} is no part of a plan"
        raise _wrong(number, told, f"indent it, or use one of {', '.join(_PARTS)}")
    if match[1] in seen:
        raise _wrong(number, f"{match[1]} is there twice", "join the two")
    return match[1]


def _entries(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _practices(
    entries: Iterable[str], known: Collection[str]
) -> tuple[PlannedPractice, ...]:
    found = []
    for entry in entries:
        name, _, how = (part.strip() for part in entry.partition(":"))
        if name not in known:
            raise ConfigurationInvalid(
                f"practices: {name!r} is no practice",
                hint="`prodwright explain` lists them",
            )
        found.append(PlannedPractice(practice=name, shown_by=how))
    return tuple(found)


def _check(plan: Plan) -> None:
    if not plan.summary or len(plan.summary) > MOST_SUMMARY_CHARACTERS:
        raise ConfigurationInvalid(
            f"the summary has {len(plan.summary)} characters",
            hint=f"write 1 to {MOST_SUMMARY_CHARACTERS:,}",
        )
    if not plan.tests:
        raise ConfigurationInvalid(
            "the plan has no tests", hint="say what is to be tested, one entry each"
        )


def _wrong(number: int, told: str, hint: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(f"line {number}: {told}", hint=hint)
