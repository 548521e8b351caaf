"""One phase: calls, limits, stalls, and going on where a crash ended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fakes.models import Acting, Playing, Remembering, calling, saying
from prodwright.core.conversation import Call, Reply, Request, Results, Told, Usage
from prodwright.core.errors import (
    ContextOverflow,
    ProviderRefused,
    ProviderUnavailable,
    RunUnfit,
)
from prodwright.core.limits import Limits, Price
from prodwright.core.stop import StopReason
from prodwright.engineer.model.ledger import Ledger
from prodwright.engineer.model.session import COMPACT_AT_TOKENS, Ended, Session
from prodwright.engineer.model.tools import load_tools

END = calling("finish", summary="It is there.")
READ = calling("read_file", path="a.py")
WRITE = calling("write_file", path="a.py", content="x = 1\n")


def session(
    model: Playing,
    memory: Remembering | None = None,
    acting: Acting | None = None,
    limits: Limits | None = None,
) -> Session:
    return Session(
        model=model,
        memory=memory or Remembering(),
        act=acting or Acting(),
        ledger=Ledger(limits=limits or Limits(), seconds=lambda: 0.0),
        instructions="You are an engineer.",
        clean=lambda text: text.replace("hunter2", "***"),
        watch=lambda doing: None,
    )


def worked(session: Session) -> Ended:
    return session.phase("code", "Write the code.", tuple(load_tools().values()), "t")


def play(*replies: Reply | Exception) -> Playing:
    return Playing(replies)


def test_it_goes_on_until_the_model_hands_over() -> None:
    model = play(READ, WRITE, END)

    ended = worked(session(model))

    assert ended.tree == "t+"
    assert ended.stopped is None
    assert ended.last is not None
    assert "It is there." in ended.last.arguments


def test_results_are_told_to_the_model() -> None:
    model = play(READ, END)

    worked(session(model, acting=Acting(told="x = 1")))

    results = model.requests[1].messages[-1]
    assert isinstance(results, Results)
    assert results.results[0].content == "x = 1"


def test_after_a_crash_nothing_that_was_answered_is_asked_again() -> None:
    memory = Remembering()
    with pytest.raises(ProviderRefused):
        worked(session(play(READ, WRITE), memory))
    again, acting = play(READ, WRITE, END), Acting()

    ended = worked(session(again, memory, acting))

    assert [each.number for each in again.requests] == [3]
    assert acting.calls[0].name == "finish"
    assert ended.tree == "t+"


def test_a_tool_that_does_not_exist_is_told_with_those_that_do() -> None:
    model = play(calling("rm", path="/"), END)
    acting = Acting()

    worked(session(model, acting=acting))

    results = model.requests[1].messages[-1]
    assert isinstance(results, Results)
    assert results.results[0].failed
    assert "there is no tool 'rm'" in results.results[0].content
    assert "read_file" in results.results[0].content
    assert [call.name for call in acting.calls] == ["finish"]


def test_silence_is_answered_and_then_ends_the_phase() -> None:
    model = play(*[saying("I think I am done.")] * 3)

    ended = worked(session(model))

    assert ended.stopped is StopReason.STALLED
    assert ended.missing == "it says nothing"
    assert model.requests[1].messages[-1] == Told(
        text="Call a tool, or `finish` to hand the work over."
    )


def test_a_model_that_repeats_itself_is_told_and_then_stopped() -> None:
    model = play(*[READ] * 9)

    ended = worked(session(model))

    assert ended.stopped is StopReason.STALLED
    assert ended.missing == "the model repeats itself"
    assert len(model.requests) == 4


def test_doing_the_same_to_a_changed_project_is_no_repetition() -> None:
    model = play(*[WRITE] * 6, END)

    assert worked(session(model)).stopped is None


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(requests=2), "2 requests"),
        (Limits(tokens=1_200), "what the next answer may cost"),
        (Limits(wall_seconds=0.0), "0 s"),
    ],
)
def test_a_limit_ends_the_phase_before_the_next_request(
    limits: Limits, told: str
) -> None:
    model = play(READ, WRITE, READ, WRITE, READ, WRITE, END)

    ended = worked(session(model, limits=limits))

    assert ended.stopped is StopReason.BUDGET_SPENT
    assert ended.missing == told


def test_what_was_written_before_a_limit_is_kept() -> None:
    ended = worked(session(play(WRITE, READ, END), limits=Limits(requests=1)))

    assert ended.tree == "t+"


def test_an_answer_can_cost_no_more_than_is_left() -> None:
    dear = Price(input_microdollars=0, output_microdollars=1_000_000)
    model = play(END)
    model.price = dear

    worked(session(model, limits=Limits(cost_microdollars=700)))

    assert model.requests[0].most_output_tokens == 700


def test_secrets_are_masked_before_they_are_remembered() -> None:
    memory = Remembering()
    model = play(READ, END)

    worked(session(model, memory, Acting(told="password hunter2")))

    assert "hunter2" not in str(memory.known)
    assert "hunter2" not in str(model.requests)


def test_decisions_are_kept_whatever_becomes_of_the_conversation() -> None:
    note = calling("note_decision", text="Amounts are whole cents.")

    ended = worked(session(play(note, END)))

    assert ended.decisions == ("Amounts are whole cents.",)


def long(reply: Reply) -> Reply:
    from dataclasses import replace

    used = Usage(requests=1, input_tokens=COMPACT_AT_TOKENS + 1, cost_microdollars=0)
    return replace(reply, usage=used)


def test_a_long_conversation_is_made_shorter_and_keeps_what_was_decided() -> None:
    note = calling("note_decision", text="Amounts are whole cents.")
    reads = [calling("read_file", path=f"{n}.py") for n in range(10)]
    model = play(note, *reads, long(READ), END)

    worked(session(model))

    told = model.requests[-1].messages
    assert len(told) < len(model.requests[-2].messages)
    assert isinstance(told[0], Told)
    assert "Write the code." in told[0].text
    assert "Amounts are whole cents." in told[0].text
    assert all_answered(told)


def all_answered(messages: Sequence[object]) -> bool:
    """Every call has its result, and every result its call: providers insist."""
    calls = [c.id for m in messages if isinstance(m, Reply) for c in m.calls]
    results = [r.id for m in messages if isinstance(m, Results) for r in m.results]
    return calls == results


def test_what_the_model_cannot_take_any_more_is_made_shorter_at_once() -> None:
    overflow = ContextOverflow("too long", hint="")
    model = play(READ, WRITE, overflow)

    ended = worked(session(model))

    assert ended.stopped is None
    assert ended.last is not None


def test_a_model_that_cannot_take_even_the_opening_is_told_to_the_user() -> None:
    with pytest.raises(ContextOverflow):
        worked(session(play(ContextOverflow("too long", hint=""))))


def test_a_name_that_is_no_text_is_told_to_the_model() -> None:
    ended = worked(session(play(calling("x\ud800"), END)))

    assert ended.last is not None


def test_a_request_may_take_no_longer_than_what_is_left() -> None:
    clock = [0.0]

    class Hanging(Playing):
        def answer(self, request: Request) -> Reply:
            assert request.timeout_seconds <= 2
            clock[0] += request.timeout_seconds
            raise ProviderUnavailable("it hangs", hint="wait")

    hanging = replace(
        session(Hanging(())),
        ledger=Ledger(limits=Limits(wall_seconds=2.0), seconds=lambda: clock[0]),
    )

    assert worked(hanging).stopped is StopReason.BUDGET_SPENT


def test_an_answer_without_a_price_lifts_no_limit_of_cost() -> None:
    paid = Usage(requests=1, cost_microdollars=900)
    unpriced = Usage(requests=1, cost_microdollars=None)
    dear = replace(READ, usage=paid)
    model = play(dear, replace(READ, usage=unpriced), dear, READ, READ)

    ended = worked(session(model, limits=Limits(cost_microdollars=1_000)))

    assert ended.stopped is StopReason.BUDGET_SPENT
    assert len(model.requests) == 3


def test_a_forged_decision_without_a_text_is_none() -> None:
    forged = calling("note_decision", decision="x")
    model = play(forged, END)

    assert worked(session(model)).decisions == ("",)


@pytest.mark.parametrize("arguments", ["[5]", "{", "null", "5"])
def test_a_forged_call_is_told_as_damage(arguments: str) -> None:
    forged = Call(id="c", name="finish", arguments=arguments)

    with pytest.raises(RunUnfit, match="finish"):
        session(play()).said(forged)
