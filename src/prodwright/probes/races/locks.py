"""Locks that the scheduler sees: who waits for one is not asked to go on.

They replace `threading.Lock` and `threading.RLock` before the code under test is
imported, and are ordinary locks until threads are scheduled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

REAL_LOCK = threading.Lock
REAL_RLOCK = threading.RLock
_FOR_EVER = -1


_AT_ONCE = REAL_LOCK()


class Waiting(Protocol):
    """Who decides which thread goes on."""

    def me(self) -> int | None: ...

    def wait_for(self, lock: object, *, for_ever: bool) -> bool: ...

    def released(self, lock: object) -> None: ...

    def asks(self, waits: Callable[[], bool | None]) -> None: ...

    def answered(self) -> None: ...


class Court:
    """Where locks look for who decides; nobody most of the time.

    Attributes:
        judge: Decides while threads are scheduled.
        is_open: Whether locks hold nobody up: what the code is like without them.
    """

    def __init__(self) -> None:
        self.judge: Waiting | None = None
        self.is_open = False


COURT = Court()


class CooperativeLock:
    """A lock of `threading`, re-entrant or not."""

    _is_reentrant = False

    def __init__(self) -> None:
        self._real: Any = REAL_RLOCK() if self._is_reentrant else REAL_LOCK()
        self._owner: int | None = None
        self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = _FOR_EVER) -> bool:  # noqa: FBT001, FBT002 - as threading has it
        """Take it; see `threading.Lock.acquire`."""
        judge = COURT.judge
        me = judge.me() if judge else None
        if judge is None or me is None:
            return bool(self._real.acquire(blocking, timeout))
        if COURT.is_open:
            return True
        while not self._is_taken_by(me):
            if not blocking:
                return False
            if not judge.wait_for(self, for_ever=timeout == _FOR_EVER):
                return False
        return True

    def _is_taken_by(self, me: int) -> bool:
        """Take it if it is free; at once, should two threads go on side by side."""
        with _AT_ONCE:
            if not self._is_free_for(me):
                return False
            self._owner = me
            self._count += 1
            return True

    def _is_free_for(self, me: int) -> bool:
        if self._owner is None:
            return not self._held_outside()
        return self._is_reentrant and self._owner == me

    def _held_outside(self) -> bool:
        """Whoever took it before threads were scheduled has it still."""
        if self._is_reentrant:
            return False
        return bool(self._real.locked())

    def release(self) -> None:
        """Give it back; see `threading.Lock.release`."""
        judge = COURT.judge
        me = judge.me() if judge else None
        if judge is None or me is None:
            self._real.release()
        elif COURT.is_open:
            return
        elif self._owner is None and self._held_outside():
            self._real.release()
            judge.released(self)
        elif self._owner is None:
            raise RuntimeError("release unlocked lock")
        else:
            self._count -= 1
            if self._count == 0:
                self._owner = None
                judge.released(self)

    def locked(self) -> bool:
        """Tell whether somebody has it."""
        return self._owner is not None or self._held_outside()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    # `threading.Condition` asks for these.
    def _is_owned(self) -> bool:
        judge = COURT.judge
        me = judge.me() if judge else None
        if me is not None:
            return COURT.is_open or self._owner == me
        if self._is_reentrant:
            return bool(self._real._is_owned())
        return bool(self._real.locked())

    def _release_save(self) -> int:
        judge = COURT.judge
        if judge is None or judge.me() is None:
            if self._is_reentrant:
                self._saved = self._real._release_save()
            else:
                self._real.release()
            return 0
        count, self._count, self._owner = self._count, 0, None
        judge.released(self)
        return count

    def _acquire_restore(self, count: int) -> None:
        judge = COURT.judge
        if judge is None or judge.me() is None:
            if self._is_reentrant:
                self._real._acquire_restore(self._saved)
            else:
                self._real.acquire()
            return
        self.acquire()
        self._count = count

    def _at_fork_reinit(self) -> None:
        self.__init__()  # type: ignore[misc]


class CooperativeRLock(CooperativeLock):
    """A re-entrant one."""

    _is_reentrant = True


def install() -> None:
    """Have everything that is imported from now on get locks of ours."""
    threading.Lock = CooperativeLock  # type: ignore[assignment]
    threading.RLock = CooperativeRLock  # type: ignore[assignment]
