"""What one run showed, as the oracles look at it."""

from __future__ import annotations

import dis
from dataclasses import dataclass, field
from types import TracebackType

from prodwright.probes.faults.origins import CODE, TEST, Origins
from prodwright.probes.faults.recorder import Injection, Recorder
from prodwright.probes.faults.snapshots import State
from prodwright.probes.faults.values import HangFound
from prodwright.probes.faults.watching import ERROR_LEFT, Returned, Watch

Sight = tuple[str, str, str]
TIDYING_UP = frozenset({"os.unlink", "os.remove", "os.rmdir", "os.mkdir"})
BAD_BODIES = frozenset({"html-body", "null-body", "empty-body", "malformed-json"})
# Faults under which any result is as good: the answer is odd, late, or right.
MILD = frozenset(
    {
        "empty-object",
        "slow-drip",
        "oversized-body",
        "clock-back",
        "clock-forward",
        "memory",
    }
)
# What ends a run before its end, so that its end says nothing.
BROKEN_OFF = frozenset({"no-timeout", "hang", "retry-storm", "slow"})
PROGRAMMING = (
    AttributeError,
    NameError,
    TypeError,
    KeyError,
    IndexError,
    RecursionError,
    ZeroDivisionError,
)


@dataclass(slots=True)
class Left:
    """The error that left a test.

    Attributes:
        error: It; None: the test passed.
        in_test: Whether it was raised in the test itself.
        through_code: Whether it came through the code under test.
        raised_by_code: Whether the code under test raised it on purpose.
        line: Where in the code under test it was raised; 0: nowhere.
        path: The file of that line.
    """

    error: BaseException | None = None
    in_test: bool = False
    through_code: bool = False
    raised_by_code: bool = False
    texts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, error: BaseException | None, origins: Origins) -> Left:
        """Return what is known of `error`."""
        if error is None:
            return cls()
        left = cls(error, texts=[_told(each) for each in chain(error)])
        last: TracebackType | None = None
        trace = error.__traceback__
        while trace is not None:
            kind = origins.of(trace.tb_frame.f_code.co_filename)
            left.through_code = left.through_code or kind == CODE
            left.in_test = kind == TEST
            last, trace = trace, trace.tb_next
        if last is not None:
            left.raised_by_code = _raises(last) and (
                origins.of(last.tb_frame.f_code.co_filename) == CODE
            )
        return left


def _raises(trace: TracebackType) -> bool:
    operation = dis.opname[trace.tb_frame.f_code.co_code[trace.tb_lasti]]
    return operation in ("RAISE_VARARGS", "RERAISE")


def _told(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001
        return type(error).__name__


def chain(error: BaseException | None) -> list[BaseException]:
    """Return `error` and what led to it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


@dataclass(slots=True)
class Base:
    """What the unfaulted runs showed, as far as faulted ones are compared with it.

    Attributes:
        states: What the files were when each call into the code began.
        final: What they were in the end.
        volatile: Names of those that differ from run to run.
        returns: What calls returned: function and value.
        left_over: What is left over even without a fault, by kind.
        repeatable: Whether the test passes twice in the same process.
        operations: How often each operation was done, by function.
        kept_files: Files that the code writes and never removes itself.
        databases: Paths of databases.
    """

    states: list[tuple[int, State]] = field(default_factory=list)
    final: State = field(default_factory=dict)
    volatile: set[str] = field(default_factory=set)
    returns: set[tuple[str, str]] = field(default_factory=set)
    left_over: dict[str, int] = field(default_factory=dict)
    repeatable: bool = False
    operations: set[tuple[str, str]] = field(default_factory=set)
    kept_files: set[str] = field(default_factory=set)
    databases: set[str] = field(default_factory=set)

    def legal(self, entry: int) -> list[State]:
        """Return what the files may be once call number `entry` has met a fault.

        Args:
            entry: Number of the call; -1: it may have been any.
        """
        later = [state for number, state in self.states if number >= entry]
        return [*(later or [state for _, state in self.states[-1:]]), self.final]


@dataclass(slots=True)
class Run:
    """One faulted run that has come to its end.

    Attributes:
        recorder: What it met.
        watch: What it said and returned.
        left: The error that left the test.
        final: What the files are.
        responses: What the code answered to its callers: status, body, after the fault.
    """

    recorder: Recorder
    watch: Watch
    left: Left
    final: State
    responses: list[tuple[int, str, bool]]
    base: Base

    @property
    def fault(self) -> str:
        """The name of the fault."""
        return self.recorder.plan.fault if self.recorder.plan else ""

    @property
    def injection(self) -> Injection:
        """Where it was met."""
        assert self.recorder.injection is not None
        return self.recorder.injection

    @property
    def hung(self) -> bool:
        """Whether the run was broken off, so that its end says nothing."""
        kinds = {each.kind for each in self.recorder.sightings}
        return isinstance(self.left.error, HangFound) or bool(kinds & BROKEN_OFF)

    @property
    def absorbed(self) -> bool:
        """Whether no error came out of the code under test."""
        error = self.left.error
        asserted = isinstance(error, AssertionError) and self.left.in_test
        return error is None or asserted

    @property
    def retried(self) -> bool:
        """Whether the same call was made again."""
        attempts = self.recorder.attempts
        first = attempts[0].identity if attempts else ""
        return sum(each.identity == first for each in attempts) > 1

    @property
    def went_another_way(self) -> bool:
        """Whether afterwards something was done that is never done without it."""
        number = self.recorder.points.index(self.injection.point)
        later = self.recorder.points[number + 1 :]
        done = {(each.operation, each.place.function) for each in later}
        return bool(done - self.base.operations)

    @property
    def returned(self) -> Returned | None:
        """What the faulted call returned to the test."""
        return next((each for each in self.watch.returns if each.after_fault), None)

    @property
    def told_failure(self) -> bool:
        """Whether the caller learnt of the failure by a value or an error."""
        returned = self.returned
        if returned is None:
            return False
        return returned.tells_failure or returned.value == ERROR_LEFT

    @property
    def kept(self) -> State:
        """The final state without what differs from run to run."""
        return self.stable(self.final)

    def stable(self, state: State) -> State:
        """Return `state` without what differs from run to run."""
        volatile = self.base.volatile
        return {name: each for name, each in state.items() if name not in volatile}

    def torn(self) -> list[tuple[str, bool]]:
        """Return files that are neither as before nor as after, and whether new."""
        entry = -1 if self.injection.beside else self.injection.entry
        legal = [self.stable(each) for each in self.base.legal(entry)]
        final = self.kept
        names = {*final, *(name for state in legal for name in state)}
        return [
            (name, not any(name in state for state in legal))
            for name in sorted(names)
            if final.get(name) not in [state.get(name) for state in legal]
        ]
