"""Every error this package raises on purpose, in one screen.

ProdwrightError
├── InputError             exit 2   the request cannot work as written
│   ├── UnknownName                 no hazard, practice, run ... of that name
│   ├── UnreadableSource            a file is not UTF-8, not Python, too large ...
│   ├── PathRefused                 a path is missing, outside, not permitted
│   ├── ConfigurationInvalid        a key or value in the configuration or profile
│   ├── RepositoryUnfit             no repository, a merge under way, no commit ...
│   ├── RunUnfit                    the run cannot be resumed or undone
│   └── Misunderstood               a program told us what it should not
├── NeedsInput             exit 4   something only the user knows is missing
│   ├── Unanswered                  a question without a default
│   └── NoEngineerFits              no blueprint fits and no model is configured
├── ToolFailed             exit 3   an outside program failed; retrying may help
│   ├── GitFailed
│   ├── SandboxUnavailable
│   ├── EnvironmentFailed           the project's dependencies cannot be installed
│   ├── StorageFailed               the disk is full or refuses
│   ├── ExtraMissing                a part of prodwright is not installed
│   ├── Overloaded                  too much is under way at once
│   ├── ProviderUnavailable         a model's provider cannot answer now
│   ├── ProviderRefused             it will not answer this: key, name, content
│   ├── ContextOverflow             the conversation is too long for the model
│   └── AgentFailed                 an external agent does not start, answer or end
├── Stalled                exit 1   the engineer made no progress any more
├── BudgetSpent            exit 5   the attempts or the time ran out
└── Stopped                exit 130/143  a signal asked us to end
"""

from __future__ import annotations

from typing import ClassVar

from prodwright.core.stop import StopReason


class ProdwrightError(Exception):
    """Base of all deliberate errors. Never raised itself.

    Args:
        message: One sentence with the offending value.
        hint: What the user can do about it.
    """

    code: ClassVar[str]
    reason: ClassVar[StopReason]

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class InputError(ProdwrightError):
    """The request cannot work as written; the hint says what to change."""

    code = "input-error"
    reason = StopReason.INPUT_ERROR


class UnknownName(InputError):
    """Something was named that does not exist.

    Args:
        kind: What kind of thing, e.g. `hazard`.
        name: The name as given.
        known: The names that do exist; the closest are suggested.
    """

    code = "unknown-name"

    def __init__(self, kind: str, name: str, *, known: tuple[str, ...]) -> None:
        super().__init__(f"no {kind} is named {name!r}", hint=_nearest(name, known))
        self.name = name


class UnreadableSource(InputError):
    """A file cannot be read as Python source."""

    code = "unreadable-source"


class PathRefused(InputError):
    """A path is missing, outside the repository, or not permitted."""

    code = "path-refused"


class ConfigurationInvalid(InputError):
    """A key or a value in the configuration or the profile is wrong."""

    code = "configuration-invalid"


class RepositoryUnfit(InputError):
    """The folder is no repository, or in no state to work in."""

    code = "repository-unfit"


class RunUnfit(InputError):
    """The run cannot be resumed or undone."""

    code = "run-unfit"


class Misunderstood(InputError):
    """What another program told us is not what it should tell."""

    code = "misunderstood"


class NeedsInput(ProdwrightError):
    """Something only the user knows is missing."""

    code = "needs-input"
    reason = StopReason.NEEDS_INPUT


class Unanswered(NeedsInput):
    """A question without a default has no answer."""

    code = "unanswered"


class NoEngineerFits(NeedsInput):
    """No blueprint fits the request and no model is configured."""

    code = "no-engineer-fits"


class ToolFailed(ProdwrightError):
    """An outside program failed; retrying may help."""

    code = "tool-failed"
    reason = StopReason.TOOL_FAILED


class GitFailed(ToolFailed):
    """Git is missing or refused."""

    code = "git-failed"


class SandboxUnavailable(ToolFailed):
    """Foreign code cannot be run in isolation on this machine."""

    code = "sandbox-unavailable"


class EnvironmentFailed(ToolFailed):
    """The project's dependencies cannot be installed."""

    code = "environment-failed"


class StorageFailed(ToolFailed):
    """The disk is full or refuses."""

    code = "storage-failed"


class ExtraMissing(ToolFailed):
    """A part of prodwright that needs further packages is not installed.

    Args:
        extra: Name of the extra, e.g. `mcp`.
        missing: Name of the module that was not found.
    """

    code = "extra-missing"

    def __init__(self, extra: str, missing: str) -> None:
        super().__init__(
            f"the extra {extra!r} is not installed: there is no {missing}",
            hint=f"pip install 'prodwright[{extra}]'",
        )


class Overloaded(ToolFailed):
    """Too much is under way at once; later there is room."""

    code = "overloaded"


class ProviderUnavailable(ToolFailed):
    """A model's provider cannot answer now; the same request may succeed later.

    Args:
        message: One sentence with the offending value.
        hint: What the user can do about it.
        retry_after_seconds: What the provider asked to wait; None when it did not.
    """

    code = "provider-unavailable"

    def __init__(
        self, message: str, *, hint: str, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class ProviderRefused(ToolFailed):
    """A model's provider will not answer this request, however often it is sent."""

    code = "provider-refused"


class ContextOverflow(ToolFailed):
    """The conversation is longer than the model can read."""

    code = "context-overflow"


class AgentFailed(ToolFailed):
    """An external agent does not start, keep to its protocol, answer or end."""

    code = "agent-failed"


class Stalled(ProdwrightError):
    """The engineer made no progress any more, before there was anything to deliver."""

    code = "stalled"
    reason = StopReason.STALLED


class BudgetSpent(ProdwrightError):
    """The attempts or the time ran out."""

    code = "budget-spent"
    reason = StopReason.BUDGET_SPENT


class Stopped(ProdwrightError):
    """A signal asked us to end."""

    code = "stopped"
    reason = StopReason.TERMINATED


def _nearest(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # only on the way out: 7 ms

    if not known:
        return "there are none"
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"use one of: {', '.join(sorted(known)[:12])}"
