"""An external agent as the one who works in a phase."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from prodwright.adapters.agents import Agent, AgentLimits, Host, Launch, Spoken
from prodwright.core.conversation import Usage
from prodwright.core.limits import Limits
from prodwright.core.plan import Plan
from prodwright.core.stop import StopReason
from prodwright.core.written_form import ObjectId
from prodwright.engineer.agent.wording import INTERRUPTED, RULES, TASKS
from prodwright.engineer.phases import Ended, Kept, Memory, Workplace

_MOST_PLAN_CHARACTERS = 8_000
_MOST_DECISIONS = 20
_MOST_LINE_CHARACTERS = 500
_LEAST_SECONDS = 1.0
_DECISION = re.compile(r"^\W*decision\W*:\W*(.+)$", re.IGNORECASE)
_BLOCKED = re.compile(r"^\W*BLOCKED\W*:\W*(.+)$")
# As the protocol names them; how each is told.
_STOPS: Mapping[str, tuple[StopReason, str]] = {
    "max_tokens": (StopReason.BUDGET_SPENT, "the agent's own limit of tokens"),
    "max_turn_requests": (StopReason.BUDGET_SPENT, "the agent's own limit of requests"),
    "refusal": (StopReason.STALLED, "the agent refuses to go on"),
    "cancelled": (StopReason.STALLED, "the agent broke off"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDone:
    """What came of one prompt, as it is remembered.

    Attributes:
        tree: The files afterwards.
        spoken: What the agent said.
    """

    tree: ObjectId
    spoken: Spoken


@dataclass(slots=True)
class Spent:
    """What the agent has used so far.

    Attributes:
        limits: What it may use.
        seconds: Returns the wall-clock time since the run's first step here.
        charged: Usage by phase: reading one back costs nothing.
        names: What it called itself, by phase.
    """

    limits: Limits
    seconds: Callable[[], float]
    charged: dict[str, Usage] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def used(self) -> Usage:
        """The sum; what an agent costs, nobody tells."""
        total = sum(self.charged.values(), start=Usage())
        return replace(total, cost_microdollars=None) if self.charged else total

    @property
    def author(self) -> str:
        """What the agent called itself last; empty before it did."""
        return next(reversed(self.names.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWorker:
    """Has an agent work at the desk, one session per phase.

    Attributes:
        agent: Who works.
        memory: Remembers each phase.
        spent: What was used.
        at: Puts a tree on the desk and returns the workplace.
        keep: Returns the tree of the desk as it stands.
        launch: Returns how the agent is started at a workplace.
        host: Returns who answers it there.
        clean: Masks secrets in whatever it is told or says.
        limits: For each prompt; the run's own limits lower them.
    """

    agent: Agent
    memory: Memory
    spent: Spent
    at: Callable[[str], Workplace]
    keep: Callable[[], str]
    launch: Callable[[Workplace], Launch]
    host: Callable[[str, Workplace], Host]
    clean: Callable[[str], str]
    limits: AgentLimits = field(default_factory=AgentLimits)

    @property
    def used(self) -> Usage:
        """What all phases took so far."""
        return self.spent.used

    @property
    def tasks(self) -> Mapping[str, str]:
        """What is to be done in each phase."""
        return TASKS

    def plan(self, name: str, opening: str, tree: str) -> Plan | Ended:
        """Return the plan in the agent's own words; what it changed is thrown away."""
        ended = self.work(name, opening, tree)
        if ended.stopped is not None:
            return replace(ended, tree=tree)
        if not ended.summary:
            told = "the agent said nothing"
            return Ended(tree=tree, stopped=StopReason.STALLED, missing=told)
        return Plan(summary=ended.summary[:_MOST_PLAN_CHARACTERS])

    def work(self, name: str, opening: str, tree: str) -> Ended:
        """Let the agent work until it hands over or a limit ends it."""
        step = f"{name}.agent"
        reached = self.spent.limits.reached(self.spent.used, self.spent.seconds())
        if reached and not self.memory.has(step):
            return Ended(tree=tree, stopped=StopReason.BUDGET_SPENT, missing=reached)
        done = self.memory.once(
            step, PhaseDone, lambda: self._done(name, opening, tree)
        )
        self.spent.charged[name] = done.spoken.usage
        self.spent.names[name] = f"{done.spoken.name} {done.spoken.version}".strip()
        return self._ended(done)

    def _done(self, name: str, opening: str, tree: str) -> PhaseDone:
        broken = self._broken(name)
        start = self._kept(broken[-1], tree) if broken else tree
        workplace = self.at(start)
        prompt = f"{RULES}{opening}{INTERRUPTED if broken else ''}"
        with contextlib.ExitStack() as unfinished:
            unfinished.callback(self._keep_broken, name, start, len(broken))
            spoken = self.agent.work(
                self.clean(prompt),
                self.launch(workplace),
                self.host(name, workplace),
                self._limits(),
            )
            unfinished.pop_all()  # it is finished: the phase itself is remembered
        spoken = replace(spoken, text=self.clean(spoken.text))
        return PhaseDone(tree=self.keep(), spoken=spoken)

    def _broken(self, name: str) -> list[str]:
        """Return the names under which unfinished work of the phase is remembered."""
        found: list[str] = []
        while self.memory.has(f"{name}.broken.{len(found)}"):
            found.append(f"{name}.broken.{len(found)}")
        return found

    def _keep_broken(self, name: str, start: str, number: int) -> None:
        tree = self.keep()
        if tree != start:
            self._kept(f"{name}.broken.{number}", tree)

    def _kept(self, step: str, tree: str) -> str:
        return self.memory.once(step, Kept, lambda: Kept(tree=tree)).tree

    def _limits(self) -> AgentLimits:
        left = self.spent.limits.wall_seconds - self.spent.seconds()
        seconds = max(min(self.limits.wall_seconds, left), _LEAST_SECONDS)
        return replace(self.limits, wall_seconds=seconds)

    def _ended(self, done: PhaseDone) -> Ended:
        text, stop = done.spoken.text, done.spoken.stop
        blocked = _last(text, _BLOCKED)
        stopped, missing = _STOPS.get(stop, (None, ""))
        if stop == "time":
            told = f"{self.spent.limits.wall_seconds:.0f} s"
            stopped, missing = StopReason.BUDGET_SPENT, told
        elif blocked and stopped is None:
            stopped, missing = StopReason.NEEDS_INPUT, blocked
        return Ended(
            tree=done.tree,
            summary=text,
            stopped=stopped,
            missing=missing,
            decisions=_all(text, _DECISION)[:_MOST_DECISIONS],
        )


def _all(text: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    found = (pattern.match(line) for line in text.splitlines())
    return tuple(each[1].strip()[:_MOST_LINE_CHARACTERS] for each in found if each)


def _last(text: str, pattern: re.Pattern[str]) -> str:
    """Return what the last line says, if it says that."""
    lines = text.strip().splitlines()[-1:]
    return next(iter(_all("\n".join(lines), pattern)), "")
