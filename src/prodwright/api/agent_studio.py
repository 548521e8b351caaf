"""Where an external agent works: its sandbox, its grants, and how it is told of."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from prodwright.adapters.agents import Agent, AgentLimits, Host, Launch
from prodwright.adapters.sandbox import Errand
from prodwright.api.granting import Grant
from prodwright.api.studio import Room, brief_lines
from prodwright.api.transcripts import Transcript
from prodwright.core.brief import Brief, Change
from prodwright.core.engineering import AGENT
from prodwright.core.redaction import Redaction, holds_secrets
from prodwright.engineer.agent import AgentWorker
from prodwright.engineer.agent.desk_host import DeskHost
from prodwright.engineer.agent.worker import Spent
from prodwright.engineer.phases import PhasedEngineer, Workplace
from prodwright.gate.gate import Stage

_MOST_HIDDEN = 200
# Runtimes of other languages reserve far more than they use: V8 about 5 GB for each
# WebAssembly memory, JavaScriptCore 64 GB at once.
_ADDRESS_BYTES = 1 << 40


@dataclass(frozen=True, kw_only=True)
class AgentStudio:
    """What every run that an agent serves works with.

    Attributes:
        room: What is there.
        agent: Who works.
        grant: How it is started, and what it may reach.
        prompt_limits: For each prompt.
    """

    room: Room
    agent: Agent
    grant: Grant
    prompt_limits: AgentLimits

    @property
    def kind(self) -> str:
        """Name of the engineer."""
        return AGENT

    @property
    def author(self) -> str:
        """Which agent it is, as it called itself."""
        told = self._worker.spent.author or self.grant.chosen.name
        how = "ACP" if self.grant.chosen.speaks_acp else "a command"
        return f"agent {told} (over {how})"

    def announced(self, brief: Brief) -> list[str]:
        """Return the brief and the grants as a person reads them beforehand."""
        limits = self.room.limits
        return [
            "",
            f"brief: {self.author}, in {self.room.deskwork.sandbox.isolation}",
            f"  at most {limits.requests} prompts, {limits.wall_seconds:.0f} s",
            *self.grant.told(),
            *self.room.bench.allowance.told(),
            *brief_lines(brief),
        ]

    def engineer(self, base: str, findings: str = "") -> PhasedEngineer:
        """Return the engineer.

        Args:
            base: Tree that it starts from.
            findings: What is to be mended; empty: it writes something new.
        """
        return self.room.engineer(self._worker, base, findings)

    def charged(self, change: Change) -> Change:
        """Return `change`: nothing is used after it was written."""
        return change

    def stages(self, head: str) -> tuple[tuple[str, Stage], ...]:
        """Return nothing: no model is there to ask, and the author is not asked."""
        return ()

    @cached_property
    def _worker(self) -> AgentWorker:
        room = self.room
        return AgentWorker(
            agent=self.agent,
            memory=room.memory,
            spent=Spent(limits=room.limits, seconds=room.ledger.seconds),
            at=room.hands.at,
            keep=room.hands.keep,
            launch=self._launch,
            host=self._host,
            clean=self._clean,
            limits=self.prompt_limits,
        )

    def _launch(self, workplace: Workplace) -> Launch:
        # It may not write here: what is kept for later runs is not the agent's.
        (workplace.folder / ".prodwright").mkdir(exist_ok=True)
        deskwork = self.room.deskwork
        return Launch(
            sandbox=deskwork.sandbox, errand=self._errand, folder=workplace.folder
        )

    def _errand(self, seconds: float) -> Errand:
        deskwork, grant = self.room.deskwork, self.grant
        environment = deskwork.environment
        folders = environment.folders if environment else ()
        secret = [each for each in deskwork.workplace().files() if holds_secrets(each)]
        return Errand(
            command=(str(grant.program), *grant.chosen.command[1:]),
            folder=deskwork.folder,
            readable=(*folders, *grant.readable),
            writable=grant.writable,
            read_only=(deskwork.folder / ".prodwright",),
            hidden=tuple(deskwork.folder / each for each in secret[:_MOST_HIDDEN]),
            hosts=(*grant.choice.hosts, *self.room.bench.allowance.hosts),
            environment=self._variables(environment.python if environment else None),
            timeout_seconds=seconds,
            address_bytes=_ADDRESS_BYTES,
        )

    def _variables(self, python: Path | None) -> dict[str, str]:
        path = [str(self.grant.program.parent)]
        path += [str(python.parent)] if python else []
        home = {"HOME": self.grant.choice.home} if self.grant.choice.home else {}
        own = {"PATH": ":".join([*path, "/usr/local/bin", "/usr/bin", "/bin"])}
        return {**own, **home, **self.grant.given}

    def _host(self, name: str, workplace: Workplace) -> Host:
        progress = self.room.bench.progress
        transcript = Transcript(
            self.room.bench.folder.path / f"agent-{name}.jsonl",
            self._clean,
            lambda doing: progress.note(f"{name}: {doing}"),
        )
        return DeskHost(
            workplace=workplace,
            start=self.room.deskwork.run_until,
            record=transcript.add,
            turn=threading.Lock(),
        )

    @cached_property
    def _clean(self) -> Redaction:
        """Whatever a granted variable is called, its value is nobody else's."""
        given = [value for value in self.grant.given.values() if len(value) > 7]
        return Redaction(known=tuple(dict.fromkeys((*given, *self.room.clean.known))))
