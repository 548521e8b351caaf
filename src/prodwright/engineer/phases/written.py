"""What a model has written, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field

from prodwright.core.conversation import Usage
from prodwright.core.stop import StopReason
from prodwright.core.written_form import ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The files as they were at a moment worth going back to."""

    tree: ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """What was written in a phase and is not kept, because git ignores it."""

    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What the codemods made of a tree."""

    tree: ObjectId
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenStep:
    """One commit to be: a title, what the model says of it, and all files."""

    title: str
    body: str
    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything that was written so far, over all attempts.

    Attributes:
        steps: In order.
        pledge: Index of the step with the tests as they were when red; -1 without.
        stopped: Why the engineer stopped early; None when it handed over.
        missing: What is missing then.
        decisions: What was noted.
        usage: What it took.
        ignored: What was written last and is not kept, because git ignores it.
    """

    steps: tuple[WrittenStep, ...] = ()
    pledge: int = -1
    stopped: StopReason | None = None
    missing: str = ""
    decisions: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    ignored: tuple[str, ...] = ()

    @property
    def tree(self) -> str:
        """The files after the last step; empty before the first."""
        return self.steps[-1].tree if self.steps else ""
