"""What a worker does: one function per kind of work, each a call to `api`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prodwright.api.opening import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One piece of work, as it is handed to a worker.

    Attributes:
        tool: Name of the tool that ordered it; one of `WORK`.
        folder: Absolute path that it happens in.
        id: Of the job, and of the run when the work is one.
        arguments: What the client named, checked; paths absolute.
        allow_unsandboxed: Whether foreign code may run without isolation.
    """

    tool: str
    folder: str
    id: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    allow_unsandboxed: bool = False

    @property
    def is_run(self) -> bool:
        """Whether the work is a run, which is kept and can be resumed."""
        runs = ("build_start", "harden", "resume")
        return self.tool in runs and not self.arguments.get("dry_run")


def review(order: Order, around: Surroundings) -> dict[str, Any]:
    """Judge code as it stands."""
    from prodwright.api.reviewing import ReviewRequest, review
    from prodwright.core.finding import Severity

    told = order.arguments
    fail_on = told["fail_on"]
    request = ReviewRequest(
        paths=_paths(told),
        folder=around.folder,
        environment=around.variables,
        base=told["changed_since"] or None,
        only=tuple(told["only"]),
        skip=tuple(told["skip"]),
        fail_on=Severity[fail_on.upper()] if fail_on else None,
        with_verdicts=True,
        confined=True,
    )
    return review(request).document()


def prove(order: Order, around: Surroundings) -> dict[str, Any]:
    """Put code into production's conditions."""
    from prodwright.api.proving import ProveRequest, prove

    told = order.arguments
    request = ProveRequest(
        paths=_paths(told),
        stages=tuple(told["stages"]),
        budget_seconds=told["budget_seconds"],
        base=told["changed_since"] or None,
    )
    return prove(request, around).document()


def harden(order: Order, around: Surroundings) -> dict[str, Any]:
    """Mend what can be mended with certainty; with `dry_run`, only show it."""
    from prodwright.api.previewing import preview
    from prodwright.api.running import HardenRequest, harden

    told = order.arguments
    request = HardenRequest(
        paths=_paths(told), only=tuple(told["only"]), unsafe=told["unsafe"]
    )
    if told["dry_run"]:
        return preview(request, around).document()
    return harden(request, around).document()


def build(order: Order, around: Surroundings) -> dict[str, Any]:
    """Write what is asked for."""
    from prodwright.api.running import BuildRequest, build
    from prodwright.core.allowance import Allowance, hosts_in
    from prodwright.core.engineering import Engineering

    told = order.arguments
    allowance = Allowance(hosts=hosts_in(told["network"]))
    request = BuildRequest(
        request=told["request"],
        into=Path(told["into"]),
        answers=told["answers"],
        engineering=Engineering(allowance=allowance),
    )
    return build(request, around, None).document()


def resume(order: Order, around: Surroundings) -> dict[str, Any]:
    """Go on with a run where its journal ends."""
    from prodwright.api.running import resume

    return resume(order.id, around, None).document()


def _paths(told: Mapping[str, Any]) -> tuple[Path, ...]:
    return tuple(Path(each) for each in told["paths"])


Work = Callable[[Order, Surroundings], dict[str, Any]]
WORK: Mapping[str, Work] = {
    "review": review,
    "prove": prove,
    "harden": harden,
    "build_start": build,
    "resume": resume,
}
