"""Why a run or a command ended: a closed set, each with its exit code."""

from __future__ import annotations

from enum import Enum


class StopReason(Enum):
    """Each ending maps to one exit code, one JSON value and one sentence."""

    CLEAN = ("clean", 0, "nothing was found")
    DELIVERED = ("delivered", 0, "the gate passed and the branch was delivered")
    FINDINGS = ("findings", 1, "hazards were found")
    GATE_LOST = ("gate-lost", 1, "the gate was not passed")
    STALLED = ("stalled", 1, "the engineer made no progress any more")
    INPUT_ERROR = ("input-error", 2, "the request cannot work as written")
    TOOL_FAILED = ("tool-failed", 3, "an outside program failed")
    NEEDS_INPUT = ("needs-input", 4, "something only the user knows is missing")
    BUDGET_SPENT = ("budget-spent", 5, "the attempts or the time ran out")
    INCONCLUSIVE = ("inconclusive", 6, "something could not be judged")
    INTERRUPTED = ("interrupted", 130, "interrupted from the keyboard")
    TERMINATED = ("terminated", 143, "terminated from outside")

    def __init__(self, label: str, exit_code: int, sentence: str) -> None:
        self.label = label
        self.exit_code = exit_code
        self.sentence = sentence

    @classmethod
    def named(cls, label: str) -> StopReason:
        """Return the reason whose JSON value is `label`.

        Raises:
            ValueError: There is none.
        """
        for reason in cls:
            if reason.label == label:
                return reason
        raise ValueError(f"{label!r} is no stop reason")
