"""How a dangerous value came to where it is.

A *trail* is a node `(taint, step, earlier)`: the taint that the value had there, the
place (None where two ways only meet), and the trails it was made of. Nodes are shared
and never changed, so that following values costs one small tuple per assignment; which
way a finding tells is looked up when there is one.

A *step* is `(path, position, note)`.
"""

from __future__ import annotations

from typing import Any, Final

from prodwright.analysis.categories import SLOT, SLOT_BITS

Step = tuple[str, int, str]
Trail = tuple[Any, ...]  # (int, Step | None, tuple[Trail, ...])

_LONGEST = 64  # steps of one way; more tell a reader nothing


def begin(taint: int, path: str, position: int, note: str) -> Trail:
    """Return the trail of a value that comes from outside here."""
    return (taint, (path, position, note), ())


def extend(trail: Trail | None, taint: int, step: Step) -> Trail:
    """Return the trail of what was made, in `step`, of the value of `trail`."""
    return (taint, step, () if trail is None else (trail,))


def meet(one: Trail | None, other: Trail | None) -> Trail | None:
    """Return the trail of what is made of two values."""
    if one is None or one is other:
        return other
    if other is None:
        return one
    return (one[0] | other[0], None, (one, other))


def narrowed(trail: Trail | None, taint: int) -> Trail | None:
    """Return the trail of a value of which only `taint` is left."""
    if trail is None or not taint:
        return None
    return trail if not trail[0] & ~taint else (taint & trail[0], None, (trail,))


def from_callee(trail: Trail) -> Trail:
    """Return a callee's trail as its caller may hold it.

    Its parameters are not the caller's, so only what came from outside goes on.
    """
    return (trail[0] & SLOT, None, (trail,))


def way(trail: Trail | None, slot: int, bit: int) -> list[Step]:
    """Return the steps from a beginning to the value of `trail`.

    Args:
        trail: Of the value.
        slot: Which beginning: 0 for what comes from outside, else a parameter.
        bit: Of the category in which the value is dangerous all the way.
    """
    wanted = bit << slot * SLOT_BITS
    steps: list[Step] = []
    while trail is not None:
        _, step, earlier = trail
        if step is not None and (not steps or steps[-1] != step):
            steps.append(step)
        trail = next((each for each in earlier if each[0] & wanted), None)
    steps.reverse()
    return steps if len(steps) <= _LONGEST else _shortened(steps)


def _shortened(steps: list[Step]) -> list[Step]:
    half: Final = _LONGEST // 2
    return steps[:half] + steps[-half:]
