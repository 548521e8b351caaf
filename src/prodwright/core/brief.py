"""What an engineer works from, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prodwright.core.conversation import Usage
from prodwright.core.plan import Plan
from prodwright.core.profile import Profile
from prodwright.core.stop import StopReason
from prodwright.core.written_form import BranchOrNone, ObjectId, ObjectIdOrNone


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Request, profile and acceptance criteria.

    Attributes:
        request: What the user asked for, in their words.
        engineer: Name of the engineer who serves it: `blueprints`, `codemods`,
            `model`, `agent`.
        subject: What the engineer works from: a blueprint's name, or hazards.
        scope: Folders or files of the repository it concerns, `/`-separated;
            empty means all of it.
        profile: The answers that shape it.
        criteria: What must hold at the end, one sentence each.
        plan: What a model means to do; None for the embedded engineers.
    """

    request: str
    engineer: str
    subject: str
    scope: tuple[str, ...] = ()
    profile: Profile = field(default_factory=Profile)
    criteria: tuple[str, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedStep:
    """What an engineer wants committed.

    Attributes:
        title: First line of the commit message.
        body: Rest of it.
        files: New content by path, `/`-separated, relative to the repository.
    """

    title: str
    files: Mapping[str, bytes]
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All that an engineer wants committed in one attempt.

    Attributes:
        steps: In order; one commit each.
        dropped: What was tried and taken back, with the reason.
    """

    steps: tuple[ProposedStep, ...]
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedStep:
    """One step of the work, as a commit."""

    title: str
    commit: ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an engineer wrote.

    Attributes:
        base: Commit it started from.
        head: Commit it ended at; equal to `base` when nothing was written.
        steps: One per commit, oldest first.
        dropped: What was tried and taken back, with the reason.
        pledge: Commit that holds the tests as they were when they were red; empty
            without one. What they asserted then, they must assert at the end.
        stopped: Label of the reason the engineer stopped early for; else empty.
        missing: What is missing then, in one sentence.
        decisions: What the engineer decided or assumed, and why.
        author: Which model or agent wrote it; empty for the embedded engineers.
        usage: What that took.
        phases: The same by phase of the work, in order.
    """

    base: ObjectId
    head: ObjectId
    steps: tuple[CommittedStep, ...] = ()
    dropped: tuple[str, ...] = ()
    pledge: ObjectIdOrNone = ""
    stopped: str = ""
    missing: str = ""
    decisions: tuple[str, ...] = ()
    author: str = ""
    usage: Usage = field(default_factory=Usage)
    phases: tuple[tuple[str, Usage], ...] = ()

    def __post_init__(self) -> None:
        if self.stopped:
            StopReason.named(self.stopped)  # it may come from a forged journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the user received.

    Attributes:
        branch: Name of the branch; empty when nothing was written.
        head: Its commit.
        stop_reason: Label of the reason the run ended for.
        report: Path of the HTML report.
        checked_out: Whether the branch is the one in the working tree now.
    """

    branch: BranchOrNone
    head: ObjectId
    stop_reason: str
    report: str
    checked_out: bool = False

    def __post_init__(self) -> None:
        StopReason.named(self.stop_reason)  # it may come from a forged journal

    @property
    def reason(self) -> StopReason:
        """The stop reason itself."""
        return StopReason.named(self.stop_reason)
