"""What a second try makes of what a crash has left.

Only calls are judged that come to the same when they are made again: consumers of
messages, whatever stores or moves a thing. Their caller may try again after a crash,
and it must come to what it would have come to without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from prodwright.probes.faults.children import Ended
from prodwright.probes.faults.details import ABSENT, Details
from prodwright.probes.faults.remains import Remains

Again = Callable[[int, Remains | None], Ended]
Found = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """One call without a crash.

    Attributes:
        before: What was there when it began.
        once: What was there when it was done.
        changed: Names of what it changes.
    """

    before: Details
    once: Details
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of it.

    Attributes:
        is_mended: Whether all is as it would be without the crash.
        found: Kinds of what is wrong, each with what it says.
    """

    is_mended: bool = False
    found: tuple[Found, ...] = ()


class Restarts:
    """Makes calls again after their crashes.

    Args:
        again: Runs the test up to the end of a call, from remains if there are any.
        keep: Keeps what is there now; None: that cannot be done.
        volatile: Names of files that differ from run to run.
    """

    def __init__(
        self, again: Again, keep: Callable[[], Remains | None], volatile: set[str]
    ) -> None:
        self._again, self._keep, self._volatile = again, keep, volatile
        self._known: dict[int, Known | None] = {}

    def after_crash(self, entry: int, left: Details, remains: Remains) -> Judged:
        """Return what a second try of call number `entry` comes to.

        Args:
            entry: Number of the call in which the process ended.
            left: What it left.
            remains: The same, to go on from.
        """
        if entry not in self._known:
            self._known[entry] = self._learnt(entry)
        known = self._known[entry]
        if known is None:
            return Judged()
        told = self._again(entry, remains).told
        if "after" not in told:
            return Judged()
        return judged(known, left, _details(told["after"]), str(told["error"]))

    def _learnt(self, entry: int) -> Known | None:
        """Make the call twice without a crash: the second time nothing may change."""
        first = self._again(entry, None)
        remains = self._keep()
        if remains is None or not first.told.get("is_plain"):
            return None
        if "after" not in first.told or first.told["error"]:
            return None
        second = self._again(entry, remains)
        other = self._again(entry, None)
        if "after" not in second.told or "after" not in other.told:
            return None
        before, once = (_details(first.told[name]) for name in ("before", "after"))
        unsteady = _different(once, _details(other.told["after"])) | self._volatile
        if _different(once, _details(second.told["after"])) - unsteady:
            return None
        changed = _different(before, once) - unsteady
        return Known(before, once, tuple(sorted(changed))) if changed else None


def judged(known: Known, left: Details, after: Details, error: str) -> Judged:
    """Return what is wrong after a second try.

    Args:
        known: The call without a crash.
        left: What the crash left.
        after: What there is after the second try.
        error: What the second try raised; empty: nothing.
    """
    names, before, once = known.changed, known.before, known.once
    if all(_of(after, name) == _of(once, name) for name in names):
        return Judged(is_mended=True)
    done = [name for name in names if _of(left, name) == _of(once, name)]
    undone = [name for name in names if _of(left, name) == _of(before, name)]
    if len(done) + len(undone) < len(names):
        return Judged()
    stays = all(_of(after, name) == _of(left, name) for name in names)
    behind = sorted(left.keys() - before.keys() - once.keys())
    if stays and behind and error and not done:
        told = f"{behind[0]} is left behind, and a restart fails: {error}"
        return Judged(found=(("blocked-by-crash", told),))
    if stays and done:
        told = f"{done[0]} is as if it were done, {undone[0]} never is"
        told = f"{told}; it fails: {error}" if error else told
        return Judged(found=(("lost-on-crash", f"after a restart {told}"),))
    again = [name for name in done if _of(after, name) != _of(once, name)]
    consumed = len(undone) == 1 and _of(once, undone[0])[0] < _of(before, undone[0])[0]
    if again and consumed:
        told = f"{again[0]} is done a second time, as {undone[0]} was still to do"
        return Judged(found=(("twice-on-crash", f"after a restart {told}"),))
    return Judged()


def _of(found: Details, name: str) -> tuple[int, str]:
    return found.get(name, ABSENT)


def _different(one: Details, other: Details) -> set[str]:
    return {e for e in {*one, *other} if _of(one, e) != _of(other, e)}


def _details(told: dict[str, Any]) -> Details:
    return {name: (int(size), str(digest)) for name, (size, digest) in told.items()}
