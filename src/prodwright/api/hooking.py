"""The hook that keeps an agent from calling work done while findings are open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.adapters.files import storage_errors, write_atomically
from prodwright.adapters.user_cache import cache_folder
from prodwright.api.reviewing import Review, ReviewRequest, review
from prodwright.api.selecting import repository_at
from prodwright.core.errors import Misunderstood, PathRefused
from prodwright.core.finding import Finding
from prodwright.core.stop import StopReason

_MOST_SHOWN = 20
_MOST_REMEMBERED = 10_000
_ADVICE = (
    "mend them; `prodwright explain NAME` says how. What is wrong here is suppressed "
    "in its line: `# prodwright: allow NAME -- reason`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """Whether an agent may stop.

    Attributes:
        blocks: Whether it has to go on.
        lines: What it is told.
    """

    blocks: bool
    lines: tuple[str, ...]


def may_stop(told: bytes, folder: Path, variables: Mapping[str, str]) -> Stopping:
    """Review what differs from the last commit, and decide.

    An agent that goes on because of us and ends with nothing but the same findings is
    let go: it would never end otherwise. New ones keep it.

    Args:
        told: JSON that the agent passes to its hooks.
        folder: The current folder, where `told` names none.
        variables: Environment variables.

    Raises:
        Misunderstood: `told` is not what a hook is told.
        InputError: The folder is in no repository, or cannot be reviewed.
        StorageFailed: What was found cannot be remembered.
    """
    event = _event(told)
    root = repository_at(_folder(event, folder)).root
    done = review(
        ReviewRequest(
            paths=(root,),
            folder=root,
            environment=variables,
            base="HEAD",
            heeds_baseline=False,  # an agent could write into it what it is to mend
        )
    )
    if done.stop_reason is StopReason.CLEAN:
        return Stopping(blocks=False, lines=())
    memory = _memory(event, root, variables)
    open_now = _open(done)
    if event.get("stop_hook_active") is True and open_now <= _remembered(memory):
        return Stopping(blocks=False, lines=(_let_go(len(open_now)),))
    _remember(memory, open_now)
    return Stopping(blocks=True, lines=_lines(done))


def _event(told: bytes) -> dict[str, Any]:
    try:
        event = json.loads(told)
    except (ValueError, RecursionError) as error:
        raise Misunderstood(
            f"standard input is not JSON: {error}", hint="only an agent runs this hook"
        ) from error
    if not isinstance(event, dict):
        raise Misunderstood(
            "standard input is no JSON object", hint="only an agent runs this hook"
        )
    return event


def _folder(event: Mapping[str, Any], folder: Path) -> Path:
    named = event.get("cwd")
    place = Path(named) if isinstance(named, str) and named else folder
    if "\0" in str(place) or not place.is_dir():
        raise PathRefused(f"{str(place)!r}: no folder", hint="start the agent in one")
    return place.resolve()


def _open(done: Review) -> frozenset[str]:
    found = (each.fingerprint for each in done.stage.findings)
    unjudged = (f"{each.path}: {each.reason}" for each in done.unjudged)
    return frozenset((*found, *unjudged))


def _memory(event: Mapping[str, Any], root: Path, variables: Mapping[str, str]) -> Path:
    """One file per session and repository, outside of the repository."""
    session = f"{root}\0{event.get('session_id')}"
    name = hashlib.sha256(session.encode(errors="replace")).hexdigest()
    return cache_folder(variables) / "hooks" / f"{name}.json"


def _remembered(memory: Path) -> frozenset[str]:
    with storage_errors(memory):
        content = memory.read_bytes() if memory.exists() else b"[]"
    try:
        return frozenset(json.loads(content))
    except (ValueError, TypeError, RecursionError):
        return frozenset()  # damaged: it is asked once more


def _remember(memory: Path, fingerprints: frozenset[str]) -> None:
    every = sorted(fingerprints | _remembered(memory))[:_MOST_REMEMBERED]
    write_atomically(memory, json.dumps(every).encode())


def _lines(done: Review) -> tuple[str, ...]:
    found = done.stage.findings
    head = f"prodwright: {done.stop_reason.sentence}; the work is not done"
    shown = [_line(each) for each in found[:_MOST_SHOWN]]
    rest = len(found) - len(shown)
    more = (f"  and {rest} more: `prodwright review --changed`",) if rest else ()
    unjudged = [f"  {e.path}: not judged: {e.reason}" for e in done.unjudged]
    return (head, *shown, *more, *unjudged[:_MOST_SHOWN], _ADVICE)


def _line(finding: Finding) -> str:
    label = f"{finding.severity.label} {finding.hazard}"
    return f"  {finding.path}:{finding.line}: {label}: {finding.message}"


def _let_go(count: int) -> str:
    noun = "finding is" if count == 1 else "findings are"
    return f"prodwright: {count} {noun} still open; not asking a second time"
