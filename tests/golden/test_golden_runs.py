"""Three real tasks, from request to branch: what is flawed is caught by its name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from golden.conversations import (
    CLIENT,
    COMPONENT,
    END_OF_ADD,
    FEATURE,
    FLAWED_FIND,
    HARDENING,
    MENDED_FIND,
    OPINIONS,
    SAW_THE_PLANTED,
    SEARCH_TESTS,
    SERVICE,
    TESTS,
    Reply,
    calls,
    edit,
    finish,
    judge,
    plan,
    write,
)
from tests_support import Program, Repository, fits_the_schema

pytestmark = pytest.mark.slow


def built(
    program: Program, folder: Path, script: list[Reply], *words: str
) -> tuple[dict[str, Any], int]:
    """Build with a scripted model and return the document and the exit code."""
    file = folder.parent / "script.json"
    idle = [calls(finish("Nothing more.")) for _ in range(6)]
    file.write_text(json.dumps([*script, *idle]))
    command = ["build", "Do it.", "--engineer", "model", "--yes", "--json"]
    command += ["--model", f"scripted:{file}", "--python", sys.executable, *words]
    done = program(folder, *command)
    assert done.stdout, done.stderr
    return fits_the_schema(done.stdout), done.returncode


def shown(folder: Path, place: str) -> str:
    return subprocess.check_output(["git", "show", place], cwd=folder, text=True)


def first_findings(folder: Path, run: str) -> set[str]:
    """Return the hazards that the gate found at the first attempt."""
    journal = folder / ".prodwright" / "runs" / run / "journal.jsonl"
    steps = [json.loads(line) for line in journal.read_text().splitlines()]
    gate = next(each["result"] for each in steps if each["step"] == "gate-1")
    return {found["hazard"] for stage in gate["stages"] for found in stage["findings"]}


@pytest.mark.parametrize(
    ("files", "script", "caught", "path"),
    [
        (SERVICE, FEATURE, "sql-injection", "shop/orders.py"),
        (CLIENT, HARDENING, "generic-raise", "rates.py"),
        ({"README.md": "Tokens.\n"}, COMPONENT, "hardcoded-secret", "tokens.py"),
    ],
    ids=["feature", "hardening", "component"],
)
def test_flawed_code_is_caught_by_name_and_delivered_when_it_is_mended(
    program: Program,
    repository: Repository,
    files: dict[str, str],
    script: list[Reply],
    caught: str,
    path: str,
) -> None:
    git = repository(files)

    document, code = built(program, git.root, script)

    assert caught in first_findings(git.root, document["run"])
    assert (document["stop_reason"], code) == ("delivered", 0)
    assert document["author"].startswith("scripted:")
    titles = [step["title"] for step in document["steps"]]
    assert titles[1:3] == ["Write the tests first", "Write the code"]
    assert "Mend what the gate found" in titles
    assert shown(git.root, f"{document['branch']}:{path}")
    assert git.uncommitted() == ()


def test_done_is_not_for_the_model_to_say(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    script = [plan("All.", "all"), *[calls(finish("All done and tested."))] * 3]

    document, code = built(program, git.root, script)

    assert (document["stop_reason"], code) == ("stalled", 1)
    assert document["missing"] == "nothing was written"


@pytest.mark.parametrize(
    ("words", "ending", "severity"),
    [
        ((), ("gate-lost", 1), "high"),
        (("--allow-path", ".github/workflows/*.yml"), ("delivered", 0), "note"),
    ],
    ids=["unasked", "allowed"],
)
def test_a_pipeline_is_added_when_the_user_named_its_path_and_only_then(
    program: Program,
    repository: Repository,
    words: tuple[str, ...],
    ending: tuple[str, int],
    severity: str,
) -> None:
    git = repository(SERVICE)
    workflow = write(".github/workflows/test.yml", "on: push\n")
    code = calls(
        edit("shop/orders.py", END_OF_ADD, END_OF_ADD + MENDED_FIND),
        workflow,
        finish("Done."),
    )

    document, status = built(program, git.root, [*FEATURE[:4], code], *words)

    assert (document["stop_reason"], status) == ending
    (found,) = [each for each in document["findings"] if "CI" in each["message"]]
    assert found["severity"] == severity
    assert severity == "high" or "the user typed --allow-path" in found["message"]


def test_what_git_ignores_is_told_to_the_model_and_to_the_user(
    program: Program, repository: Repository
) -> None:
    git = repository({**SERVICE, ".gitignore": "test_*.py\n"})
    script = [FEATURE[1], FEATURE[2], FEATURE[3], FEATURE[2], FEATURE[3]]

    document, _ = built(program, git.root, script)

    told = "ignores tests/test_find.py: it is not kept"
    (run,) = (git.root / ".prodwright/runs").glob("2*")
    assert told in document["missing"]
    lines = (run / "conversation.jsonl").read_text().splitlines()
    steps = {each["step"]: each["result"] for each in map(json.loads, lines)}
    assert told in steps["tests.1.call.1.0"]["result"]["content"]


def test_a_model_may_mend_what_git_ignores_before_it_writes_tests(
    program: Program, repository: Repository
) -> None:
    git = repository({**SERVICE, ".gitignore": "*\n"})
    unignored = write(".gitignore", "*\n!*/\n!*.py\n!.gitignore\n")
    tests = calls(unignored, write("tests/test_find.py", SEARCH_TESTS), TESTS)
    code = edit("shop/orders.py", END_OF_ADD, END_OF_ADD + MENDED_FIND)
    script = [FEATURE[1], tests, calls(finish("Red.")), calls(code, finish("Done."))]

    document, status = built(program, git.root, script)

    assert (document["stop_reason"], status) == ("delivered", 0)
    assert "def test" in shown(git.root, f"{document['branch']}:tests/test_find.py")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({"text": "I think I am done."}, "it says nothing"),
        (calls(("list_files", {})), "the model repeats itself"),
    ],
    ids=["silent", "endless"],
)
def test_a_model_that_never_plans_is_stalled(
    program: Program, repository: Repository, reply: Reply, told: str
) -> None:
    git = repository(SERVICE)
    script = git.root.parent / "script.json"
    script.write_text(json.dumps([reply] * 9))

    done = program(
        git.root, "build", "Do it.", "--yes", "--model", f"scripted:{script}"
    )

    assert done.returncode == 1
    assert f"there is no plan: {told}" in done.stderr
    assert [file.name for file in git.root.glob(".prodwright/runs/*/undone")]


def test_code_without_a_test_of_its_own_is_not_taken_for_done(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    nothing = [calls(finish("There is nothing to test."))] * 2
    code_only = calls(
        edit("shop/orders.py", END_OF_ADD, END_OF_ADD + MENDED_FIND), finish("Done.")
    )

    document, code = built(
        program, git.root, [plan("All.", "all"), *nothing, code_only]
    )

    assert (document["stop_reason"], code) == ("inconclusive", 6)
    assert document["missing"].startswith("no test was written first")
    assert document["branch"]


def test_a_limit_delivers_what_there_is_and_says_what_is_missing(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)

    document, code = built(program, git.root, FEATURE, "--max-requests", "5")

    assert (document["stop_reason"], code) == ("budget-spent", 5)
    assert document["missing"] == "5 requests"
    assert document["usage"]["requests"] == 5
    assert "def find" in shown(git.root, f"{document['branch']}:shop/orders.py")


def test_an_engineer_that_is_blocked_ends_the_run_with_its_question(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    blocked = calls(finish("I stop.", blocked="Which currency?"))

    document, code = built(program, git.root, [plan("All.", "all"), blocked])

    assert (document["stop_reason"], code) == ("needs-input", 4)
    assert document["missing"] == "Which currency?"


def test_the_same_findings_three_times_are_the_end(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    flawed = [*FEATURE[:6]]
    tries = [
        calls(("note_decision", {"text": f"Try {n}."}), finish(f"Try {n}."))
        for n in range(9)
    ]
    touched = [
        calls(write("notes.txt", f"try {n}\n"), finish(f"Try {n}.")) for n in range(9)
    ]

    idle, _ = built(program, git.root, [*flawed, *tries])
    busy, _ = built(program, git.root, [*flawed, *touched])

    assert idle["stop_reason"] == "gate-lost"
    assert busy["stop_reason"] == "stalled"
    assert busy["missing"] == "the gate found the same 3 times in a row"


def test_a_test_that_is_weakened_after_it_was_red_loses_the_gate(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    weak = "def test_orders_of_a_customer_are_found():\n    assert True\n"
    script = [*FEATURE[:4], calls(write("tests/test_find.py", weak), finish("Green."))]

    document, code = built(program, git.root, script)

    assert code == 1
    found = {each["hazard"] for each in document["findings"]}
    assert "test-weakened" in found


def test_a_model_mends_what_codemods_leave(
    program: Program, repository: Repository
) -> None:
    flawed = SERVICE["shop/orders.py"] + FLAWED_FIND
    git = repository({**SERVICE, "shop/orders.py": flawed})
    whole = write("shop/orders.py", SERVICE["shop/orders.py"] + MENDED_FIND)
    file = git.root.parent / "script.json"
    file.write_text(json.dumps([calls(whole, TESTS, finish("A parameter now."))]))

    done = program(
        git.root,
        *("harden", "--model", f"scripted:{file}", "--python", sys.executable),
        "--json",
    )

    document = fits_the_schema(done.stdout)
    assert (document["stop_reason"], done.returncode) == ("delivered", 0), done.stderr
    assert document["findings"] == []
    titles = [step["title"] for step in document["steps"]]
    assert titles[-1] == "Mend what codemods cannot"
    assert len(titles) == 2


def test_an_opinion_counts_with_quotes_that_stand_in_the_code_and_is_told_apart(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)

    document, code = built(program, git.root, [*FEATURE, SAW_THE_PLANTED, OPINIONS])

    verdicts = {
        each["practice"]: (each["verdict"], each["reason"])
        for each in document["verdicts"]
        if each["module"] == "shop/orders.py"
    }
    assert code == 0
    assert verdicts["dependency-injection"] == (
        "checked (judged)",
        "judged by a model: It says so.",
    )
    assert verdicts["none-checks"][0] == "unverified"
    assert verdicts["integration-tests"][0] == "not applicable"  # no opinion is heard
    assert verdicts["consistent-style"] == (
        "unverified",
        "judged by a model: It says so.",
    )
    notes = [each["severity"] for each in document["findings"]]
    assert notes == ["note"]


def test_opinions_of_a_model_that_missed_the_planted_defect_count_for_nothing(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    missed = calls(judge("memory", "keeps", "if country not in CACHE:"))

    document, _ = built(program, git.root, [*FEATURE, missed, OPINIONS])

    standings = {each["verdict"] for each in document["verdicts"]}
    assert "checked (judged)" not in standings
