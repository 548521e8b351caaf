"""What a run has used counts in the next process, too."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.models import Playing, calling, saying
from fakes.scene import Scene
from golden.conversations import FEATURE, SERVICE
from prodwright.api.kept_choice import kept_choice, refuse_unknown_address, with_limits
from prodwright.api.opening import Surroundings, reopen
from prodwright.api.opining import Opinions
from prodwright.api.remembering import ConversationMemory
from prodwright.api.studio import Room
from prodwright.core.conversation import Usage
from prodwright.core.engineering import Engineering
from prodwright.core.errors import RunUnfit
from prodwright.core.limits import Limits
from prodwright.core.settings import ModelSettings
from prodwright.engineer.model.ledger import Ledger
from prodwright.engineer.model.tools import load_tools
from prodwright.runs import RunRecord
from tests_support import Program, Quiet, Repository

RECORD = RunRecord(id="one", door="build", created_at="", request="")


@pytest.fixture
def scene(repository: Repository, tmp_path: Path) -> Scene:
    git = repository({"a.py": "x = 1\n"})
    return Scene(git=git, home=tmp_path / "home", outside=tmp_path / "outside")


def reopened(scene: Scene) -> Room:
    around = Surroundings(folder=scene.git.root, variables={}, progress=Quiet())
    bench = reopen(scene.bench.folder, around)
    return Room(bench=bench, hazards=(), limits=Limits())


def test_requests_tokens_and_cost_are_counted_on(scene: Scene) -> None:
    read = replace(
        saying("", ("read_file", {"path": "a.py"})),
        usage=Usage(requests=1, input_tokens=70, output_tokens=7, cost_microdollars=30),
    )
    studio = scene.studio([read, read, calling("finish", summary="Done.")])
    tools = tuple(load_tools().values())
    tree = scene.git.tree_of("HEAD")
    studio.session.phase("code", "Read.", tools, tree)

    used = reopened(scene).ledger.used

    assert (used.requests, used.tokens, used.cost_microdollars) == (3, 264, 60)


def test_time_is_counted_on(scene: Scene) -> None:
    scene.bench.folder.clock.write_text("3599.5")

    assert reopened(scene).ledger.seconds() >= 3599.5


def test_an_opinion_may_take_no_longer_than_what_is_left(tmp_path: Path) -> None:
    model = Playing([saying("I see nothing.")])
    opinions = Opinions(
        model=model,
        memory=ConversationMemory(tmp_path / "conversation.jsonl"),
        ledger=Ledger(limits=Limits(wall_seconds=100.0), seconds=lambda: 93.0),
        clean=str,
    )

    opinions.ask("judge.answer.1", "You judge.", "x = 1", ())

    assert model.requests[0].timeout_seconds == 7.0


def test_a_limit_that_is_typed_again_counts_and_the_others_stay() -> None:
    kept = {"model": "a:b", "requests": 5, "wall_seconds": 60.0}
    record = replace(RECORD, options={"engineering": kept})

    raised = kept_choice(with_limits(record, Engineering(wall_seconds=90.0)))

    assert (raised.wall_seconds, raised.requests, raised.model) == (90.0, 5, "a:b")


@pytest.mark.parametrize(
    "kept",
    [
        7,
        {"requests": "many"},
        {"cost_dollars": float("nan")},
        {"tokens": -1},
        {"base_url": ["x"]},
    ],
)
def test_a_choice_that_is_none_is_told_as_damage(kept: object) -> None:
    with pytest.raises(RunUnfit, match="engineering"):
        kept_choice(replace(RECORD, options={"engineering": kept}))


ELSEWHERE = "https://models.example.net/v1"


@pytest.mark.parametrize(
    ("address", "configured", "refused"),
    [
        (ELSEWHERE, ModelSettings(key_variable="MY_KEY"), True),
        (ELSEWHERE, ModelSettings(key_variable="MY_KEY", base_url="http://x"), True),
        (ELSEWHERE, ModelSettings(key_variable="MY_KEY", base_url=ELSEWHERE), False),
        (ELSEWHERE, ModelSettings(), False),
        ("http://127.0.0.1:8000/v1", ModelSettings(key_variable="MY_KEY"), False),
        ("", ModelSettings(key_variable="MY_KEY"), False),
    ],
)
def test_no_key_is_sent_where_only_the_record_says(
    address: str,
    configured: ModelSettings,
    refused: bool,  # noqa: FBT001
) -> None:
    record = replace(RECORD, options={"engineering": {"base_url": address}})
    expected = (
        pytest.raises(RunUnfit, match="not named here") if refused else nullcontext()
    )

    with expected:
        refuse_unknown_address(record, configured)


@pytest.mark.slow
def test_a_run_that_is_gone_on_with_has_only_what_is_left(
    program: Program, repository: Repository, tmp_path: Path
) -> None:
    git = repository(SERVICE)
    script = tmp_path / "script.json"
    script.write_text(json.dumps(FEATURE))
    command = ["build", "Find.", "--model", f"scripted:{script}", "--yes"]
    command += ["--engineer", "model", "--python", sys.executable]
    begun = program(git.root, *command, interrupt_after="engineer-1")
    (run,) = (git.root / ".prodwright/runs").glob("2*")
    (run / "clock.json").write_text("59.5")

    done = program(git.root, "runs", "resume", run.name, "--max-seconds", "59")

    assert begun.returncode == 130, begun.stderr
    assert done.returncode == 5, done.stderr
    assert "missing 59 s" in done.stdout
    assert float((run / "clock.json").read_text()) > 59.5
