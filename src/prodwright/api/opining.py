"""Wires the stage that asks a model about what no check decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from prodwright.adapters.models import LanguageModel
from prodwright.api.deskwork import explain
from prodwright.api.remembering import ConversationMemory
from prodwright.core.conversation import Reply, Request, Told, ToolSpec
from prodwright.core.errors import ToolFailed
from prodwright.core.finding import Severity
from prodwright.core.limits import LEAST_OUTPUT_TOKENS
from prodwright.engineer.model.estimating import most_tokens
from prodwright.engineer.model.ledger import Ledger
from prodwright.gate.stages.judged import JudgedStage
from prodwright.kit import Hazard
from prodwright.practices import load_practices

_MOST_OUTPUT_TOKENS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """Asks for opinions within the limits of the run, each once.

    Attributes:
        model: Who is asked.
        memory: Remembers what was answered.
        ledger: What was used.
        clean: Masks secrets in whatever the model is told.
    """

    model: LanguageModel
    memory: ConversationMemory
    ledger: Ledger
    clean: Callable[[str], str]

    def ask(
        self, name: str, instructions: str, told: str, tools: Sequence[ToolSpec]
    ) -> Reply | None:
        """Return the reply; None when a limit or the provider stands in the way."""
        request = Request(
            number=len(self.ledger.charged) + 1,
            instructions=instructions,
            messages=(Told(text=self.clean(told)),),
            tools=tuple(tools),
            most_output_tokens=_MOST_OUTPUT_TOKENS,
        )
        if not self.memory.has(name) and not self._affords(request):
            return None
        limited = replace(
            request, timeout_seconds=self.ledger.seconds_for(request.timeout_seconds)
        )
        try:
            reply = self.memory.once(name, Reply, lambda: self.model.answer(limited))
        except ToolFailed:
            return None  # an opinion is not worth losing the run for
        self.ledger.charged[name] = reply.usage
        return reply

    def _affords(self, request: Request) -> bool:
        limits, used = self.ledger.limits, self.ledger.counted
        if limits.reached(used, self.ledger.seconds()):
            return False
        wanted = request.most_output_tokens
        read = most_tokens(request)
        left = limits.output_left(used, read, self.model.price, wanted)
        return left >= max(wanted, LEAST_OUTPUT_TOKENS)


def judged_stage(
    opinions: Opinions, hazards: Sequence[Hazard], head: str
) -> JudgedStage:
    """Return the stage for the practices that no static check decides.

    What only a note tells of is a hint, and decides nothing.

    Args:
        opinions: Who is asked, and within which limits.
        hazards: Those that the static stage looks for.
        head: Commit that is judged.
    """
    decided = {each.practice for each in hazards if each.severity > Severity.NOTE}
    numbers = count(1)

    def ask(instructions: str, told: str, tools: Sequence[ToolSpec]) -> Reply | None:
        name = f"judge.{head[:12]}.answer.{next(numbers)}"
        return opinions.ask(name, instructions, told, tools)

    return JudgedStage(
        ask=ask,
        practices=tuple(p.name for p in load_practices() if p.name not in decided),
        guidance=explain,
        model=opinions.model.name,
    )
