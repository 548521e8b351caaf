"""One phase of the work: the model calls tools until it hands over or a limit ends it.

Every answer and every result is remembered under a name that counts requests, so the
same session, run again after a crash, reads back what was done and goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prodwright.adapters.models import LanguageModel
from prodwright.core.conversation import (
    Call,
    CallResult,
    Message,
    Reply,
    Request,
    Results,
    Told,
    ToolSpec,
)
from prodwright.core.errors import ContextOverflow, ProviderUnavailable, RunUnfit
from prodwright.core.limits import LEAST_OUTPUT_TOKENS
from prodwright.core.redaction import cleaned
from prodwright.core.stop import StopReason
from prodwright.core.written_form import ObjectId
from prodwright.engineer.model.estimating import most_tokens
from prodwright.engineer.model.ledger import Ledger
from prodwright.engineer.model.stalling import Progress
from prodwright.engineer.model.tools import Tool
from prodwright.engineer.phases.memory import Memory

_KEPT_MESSAGES = 6  # of the conversation, when it is made shorter
COMPACT_AT_TOKENS = 120_000
_SAY_MORE = "Call a tool, or `finish` to hand the work over."


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A tool's result and the tree after it, as it is remembered."""

    result: CallResult
    tree: ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a phase ended.

    Attributes:
        tree: The files as they are now.
        last: Arguments of the call that ended it; None when something else did.
        stopped: The reason when it ended early; None when the model handed over.
        missing: What stopped it, as a phrase.
        decisions: What was noted, in order.
    """

    tree: str
    last: Call | None = None
    stopped: StopReason | None = None
    missing: str = ""
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the phases of one run share.

    Attributes:
        model: Who answers.
        memory: Remembers answers and results.
        act: Carries a call out on the files of a tree; returns result and new tree.
        ledger: What was used.
        instructions: Who the model is and by which rules it works.
        clean: Masks secrets in whatever the model is told.
        watch: Called with a phrase whenever something was answered.
    """

    model: LanguageModel
    memory: Memory
    act: Callable[[Call, str], Done]
    ledger: Ledger
    instructions: str
    clean: Callable[[str], str]
    watch: Callable[[str], None]

    def phase(self, name: str, opening: str, tools: Sequence[Tool], tree: str) -> Ended:
        """Let the model work on `tree` until it calls a tool that ends the phase.

        Args:
            name: Unique within the run.
            opening: First message.
            tools: What may be called.
            tree: The files it starts from.
        """
        specs = tuple(tool.spec for tool in tools)
        phase = _Phase(
            session=self, name=name, tools=tools, opening=opening, specs=specs
        )
        return phase.run(tree)

    def said(self, call: Call | None) -> dict[str, Any]:
        """Return the arguments of a call as they may be kept: without secrets."""
        try:
            told = dict(json.loads(call.arguments)) if call else {}
        except (ValueError, TypeError, RecursionError) as error:
            raise RunUnfit(
                f"the remembered call of {call.name if call else ''!r} is damaged: "
                f"{error}",
                hint="`prodwright runs undo` takes the run back",
            ) from error
        return {key: cleaned(value, self.clean) for key, value in told.items()}


@dataclass(slots=True, kw_only=True)
class _Phase:
    session: Session
    name: str
    tools: Sequence[Tool]
    opening: str
    specs: tuple[ToolSpec, ...]
    messages: list[Message] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)

    def run(self, tree: str) -> Ended:
        self.messages = [Told(text=self.session.clean(self.opening))]
        turn = 0
        while True:
            turn += 1
            reached = self._limit_reached(turn)
            if reached:
                return self._ended(tree, StopReason.BUDGET_SPENT, reached)
            try:
                reply = self._answer(turn)
            except ProviderUnavailable:
                reached = self._limit_reached(turn)
                if not reached:
                    raise
                return self._ended(tree, StopReason.BUDGET_SPENT, reached)
            self.messages.append(reply)
            tree, ending = self._carried_out(reply, turn, tree)
            if ending is not None:
                return replace(self._ended(tree), last=ending)
            if self.progress.stalled:
                return self._ended(tree, StopReason.STALLED, self.progress.stalled)

    def _ended(
        self, tree: str, stopped: StopReason | None = None, missing: str = ""
    ) -> Ended:
        return Ended(
            tree=tree,
            stopped=stopped,
            missing=missing,
            decisions=tuple(self.decisions),
        )

    def _limit_reached(self, turn: int) -> str:
        """A remembered answer costs nothing: it is read whatever the limits say."""
        if self.session.memory.has(self._step(turn)):
            return ""
        ledger = self.session.ledger
        reached = ledger.limits.reached(ledger.counted, ledger.seconds())
        if reached or self._output_left() >= LEAST_OUTPUT_TOKENS:
            return reached
        return "what the next answer may cost"

    def _output_left(self) -> int:
        ledger, request = self.session.ledger, self._request()
        return ledger.limits.output_left(
            ledger.counted,
            most_tokens(request),
            self.session.model.price,
            request.most_output_tokens,
        )

    def _step(self, turn: int) -> str:
        return f"{self.name}.answer.{turn}"

    def _request(self) -> Request:
        return Request(
            number=len(self.session.ledger.charged) + 1,
            instructions=self.session.instructions,
            messages=tuple(self.messages),
            tools=self.specs,
        )

    def _answer(self, turn: int) -> Reply:
        is_new = not self.session.memory.has(self._step(turn))
        reply = self.session.memory.once(self._step(turn), Reply, self._asked)
        self.session.ledger.charged[self._step(turn)] = reply.usage
        if is_new:
            doing = ", ".join(call.name for call in reply.calls)
            self.session.watch(f"{self.name}: {doing}")
        if reply.usage.input_tokens > COMPACT_AT_TOKENS:
            self._shorten()
        return reply

    def _asked(self) -> Reply:
        try:
            return self.session.model.answer(self._limited())
        except ContextOverflow:
            if len(self.messages) <= 1:
                raise
            self._shorten()
            return self.session.model.answer(self._limited())

    def _limited(self) -> Request:
        ledger, request = self.session.ledger, self._request()
        return replace(
            request,
            most_output_tokens=self._output_left(),
            timeout_seconds=ledger.seconds_for(request.timeout_seconds),
        )

    def _shorten(self) -> None:
        """Keep the opening, what was decided, and the last exchanges whole."""
        kept = self.messages[1:][-_KEPT_MESSAGES:]
        while kept and not isinstance(kept[0], Reply):
            kept = kept[1:]
        noted = "\n".join(f"- {each}" for each in self.decisions) or "- nothing"
        recap = (
            f"{self.opening}\n\n# Where you are\nThe conversation was made shorter. "
            f"In this phase you noted:\n{noted}\nThe files hold what you did so far."
        )
        self.messages = [Told(text=self.session.clean(recap)), *kept]

    def _carried_out(
        self, reply: Reply, turn: int, tree: str
    ) -> tuple[str, Call | None]:
        results: list[CallResult] = []
        ending = None
        start = tree
        for number, call in enumerate(reply.calls):
            done = self.session.memory.once(
                f"{self.name}.call.{turn}.{number}",
                Done,
                lambda call=call, tree=tree: self._done(call, tree),  # type: ignore[misc]
            )
            tree = done.tree
            results.append(done.result)
            if call.name == "note_decision" and not done.result.failed:
                self.decisions.append(str(self.session.said(call).get("text", "")))
            if self._ends(call) and not done.result.failed:
                ending = call
                break
        if ending is None:
            heeded = self.progress.heed(reply, results, start, tree)
            said = Results(results=heeded) if reply.calls else Told(text=_SAY_MORE)
            self.messages.append(said)
        return tree, ending

    def _ends(self, call: Call) -> bool:
        return any(tool.ends and tool.name == call.name for tool in self.tools)

    def _done(self, call: Call, tree: str) -> Done:
        if call.name not in {tool.name for tool in self.tools}:
            names = ", ".join(tool.name for tool in self.tools)
            told = f"there is no tool {call.name!r} here; there are: {names}"
            result = CallResult(id=call.id, name=call.name, content=told, failed=True)
            return Done(result=result, tree=tree)
        done = self.session.act(call, tree)
        content = self.session.clean(done.result.content)
        return replace(done, result=replace(done.result, content=content))
