"""What a run remembers is believed only as far as we can have written it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from prodwright.adapters.agents import Spoken
from prodwright.api.remembering import ConversationMemory
from prodwright.core.brief import Change, CommittedStep, Delivery
from prodwright.core.conversation import CallResult, Reply, Usage
from prodwright.core.errors import RunUnfit
from prodwright.engineer.agent import PhaseDone
from prodwright.engineer.model.session import Done
from prodwright.engineer.phases import Kept, Mended
from prodwright.runs import FileJournal
from tests_support import Quiet

ID = "0123456789abcdef0123456789abcdef01234567"
SPOKEN = Spoken(text="Done.", stop="end_turn", name="agent")
RESULT = CallResult(id="c", name="finish", content="ok")
CHANGE = Change(
    base=ID, head=ID, pledge=ID, steps=(CommittedStep(title="Do it", commit=ID),)
)
DELIVERY = Delivery(
    branch="prodwright/20260102-030405-abcd",
    head=ID,
    stop_reason="delivered",
    report="report.html",
)
GOOD = [
    Kept(tree=ID),
    Kept(tree=ID[:24] + ID),
    Mended(tree=ID),
    Done(result=RESULT, tree=ID),
    PhaseDone(tree=ID, spoken=SPOKEN),
    CHANGE,
    replace(CHANGE, pledge=""),
    DELIVERY,
    replace(DELIVERY, branch=""),
    Reply(usage=Usage(requests=1, cost_microdollars=None)),
]
ODD_IDS = ["", "HEAD", "--output=x", ID.upper(), f"{ID}\n", f"{ID}:x", ID[:-1]]


def remembered(folder: Path, result: object) -> Callable[[], object]:
    """Return what reads `result` back as its class, from a file that says `result`."""
    kind: type[Any] = type(result)
    value = TypeAdapter(kind).dump_python(result, mode="json")
    line = json.dumps({"step": "one", "seconds": 0.1, "result": value})
    (folder / "steps.jsonl").write_text(f"{line}\n")
    return lambda: FileJournal(folder / "steps.jsonl", Quiet()).recorded("one", kind)


@pytest.mark.parametrize("good", GOOD, ids=lambda good: type(good).__name__)
def test_what_was_written_is_read_back(tmp_path: Path, good: object) -> None:
    assert remembered(tmp_path, good)() == good


@pytest.mark.parametrize("odd", ODD_IDS)
@pytest.mark.parametrize(
    "forge",
    [
        lambda odd: Kept(tree=odd),
        lambda odd: Mended(tree=odd),
        lambda odd: Done(result=RESULT, tree=odd),
        lambda odd: PhaseDone(tree=odd, spoken=SPOKEN),
        lambda odd: replace(CHANGE, base=odd),
        lambda odd: replace(CHANGE, head=odd),
        lambda odd: replace(CHANGE, pledge=odd or "HEAD"),
        lambda odd: replace(CHANGE, steps=(CommittedStep(title="", commit=odd),)),
        lambda odd: replace(DELIVERY, head=odd),
        lambda odd: replace(DELIVERY, branch=f"prodwright/{odd} ;"),
    ],
)
def test_what_names_no_object_of_git_is_told_as_damage(
    tmp_path: Path, forge: Callable[[str], object], odd: str
) -> None:
    with pytest.raises(RunUnfit, match="step one"):
        remembered(tmp_path, forge(odd))()


@pytest.mark.parametrize(
    "usage", [{"requests": -1}, {"output_tokens": -5}, {"cost_microdollars": -1}]
)
def test_usage_below_nothing_is_told_as_damage(
    tmp_path: Path, usage: dict[str, int]
) -> None:
    file = tmp_path / "conversation.jsonl"
    line = {"step": "plan.answer.1", "seconds": 0.1, "result": {"usage": usage}}
    file.write_text(json.dumps(line) + "\n")

    with pytest.raises(RunUnfit, match=r"plan\.answer\.1"):
        ConversationMemory(file).charged()
