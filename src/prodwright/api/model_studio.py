"""Where a model works: its session, what it may use, and how it is told to a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from prodwright.adapters.models import LanguageModel
from prodwright.adapters.telemetry import TracedModel
from prodwright.api.opining import Opinions, judged_stage
from prodwright.api.studio import Room, brief_lines
from prodwright.core.brief import Brief, Change
from prodwright.core.conversation import Call, Usage
from prodwright.core.engineering import MODEL
from prodwright.core.limits import dollars
from prodwright.core.settings import ModelSettings
from prodwright.engineer.definitions import Definition
from prodwright.engineer.model import ModelWorker
from prodwright.engineer.model.session import Done, Session
from prodwright.engineer.model.wording import instructions
from prodwright.engineer.phases import PhasedEngineer
from prodwright.gate.gate import Stage


@dataclass(frozen=True, kw_only=True)
class ModelStudio:
    """What every run that a model serves works with.

    Attributes:
        room: What is there.
        model: Who answers.
        settings: What it may use.
        persona: Who the engineer is.
        reviewer: Who judges practices that no check decides; None: the same model.
    """

    room: Room
    model: LanguageModel
    settings: ModelSettings
    persona: Definition
    reviewer: LanguageModel | None = None

    @property
    def kind(self) -> str:
        """Name of the engineer."""
        return MODEL

    @property
    def author(self) -> str:
        """Which model it is."""
        return self.model.name

    def announced(self, brief: Brief) -> list[str]:
        """Return the brief and the limits as a person reads them beforehand."""
        limits = self.settings.limits.told()
        unknown = " (its price is unknown: no cost is counted)"
        return [
            "",
            f"brief: {self.model.name} as {self.persona.name}",
            f"  at most {limits}{'' if self.model.price else unknown}",
            *self.room.bench.allowance.told(),
            *(f"  note: {remark}" for remark in self.persona.remarks),
            *brief_lines(brief),
        ]

    def engineer(self, base: str, findings: str = "") -> PhasedEngineer:
        """Return the engineer.

        Args:
            base: Tree that it starts from.
            findings: What is to be mended; empty: it writes something new.
        """
        worker = ModelWorker(session=self.session, allowed=self.persona.tools)
        return self.room.engineer(worker, base, findings)

    def charged(self, change: Change) -> Change:
        """Return `change` with everything that was used up to now."""
        ledger = self.room.ledger
        return replace(change, usage=ledger.used, phases=ledger.by_phase())

    def stages(self, head: str) -> tuple[tuple[str, Stage], ...]:
        """Return the stage in which a model looks at what no check decides."""
        model = TracedModel(
            model=self.reviewer or self.model, spans=self.room.bench.spans
        )
        opinions = Opinions(
            model=model,
            memory=self.room.memory,
            ledger=self.room.ledger,
            clean=self.room.clean,
        )
        return (("judgement", judged_stage(opinions, self.room.hazards, head)),)

    @cached_property
    def session(self) -> Session:
        """The conversation with the model."""
        room = self.room
        return Session(
            model=TracedModel(model=self.model, spans=room.bench.spans),
            memory=room.memory,
            act=self._acted,
            ledger=room.ledger,
            instructions=instructions(self.persona.persona),
            clean=room.clean,
            watch=self._watched,
        )

    def _acted(self, call: Call, tree: str) -> Done:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": call.name,
        }
        spans = self.room.bench.spans
        with spans.span(f"execute_tool {call.name}", attributes) as tell:
            done = self.room.hands(call, tree)
            tell(failed=done.result.failed)
        return done

    def _watched(self, doing: str) -> None:
        spent = _spent(self.room.ledger.used, self.settings)
        self.room.bench.progress.note(f"{doing} | {spent}")


def _spent(used: Usage, settings: ModelSettings) -> str:
    most = dollars(settings.limits.cost_microdollars)
    cost = dollars(used.cost_microdollars)
    return f"{used.requests} requests, {used.tokens:,} tokens, {cost} of {most}"
