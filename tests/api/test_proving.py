"""Experiments over code as it stands."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from prodwright.adapters.environments import EnvironmentCache, locks_in
from prodwright.api.opening import Surroundings
from prodwright.api.proving import ProveRequest, prove
from prodwright.api.stand import stand_for
from prodwright.core.errors import ConfigurationInvalid, PathRefused, UnknownName
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.core.stop import StopReason
from prodwright.evidence import EvidenceStore
from tests_support import Quiet, Repository

SHOP = "def price(amount):\n    return amount * 2\n"
TEST = "from shop import price\n\n\ndef test_it():\n    assert price(2) == 4\n"


def around(folder: Path, cache: Path) -> Surroundings:
    variables = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(cache)}
    return Surroundings(folder=folder, variables=variables, progress=Quiet())


@pytest.mark.slow
def test_what_is_not_committed_is_proved_as_well(
    repository: Repository, tmp_path: Path
) -> None:
    git = repository({"shop.py": SHOP, "test_shop.py": TEST, ".gitignore": "*.log\n"})
    (git.root / "shop.py").write_text(SHOP.replace("2", "3"))
    (git.root / "secret.log").write_text("not copied")

    request = ProveRequest(python=sys.executable, stages=("tests",))
    proof = prove(request, around(git.root, tmp_path / "cache"))

    assert proof.stop_reason is StopReason.FINDINGS
    assert [each.hazard for each in proof.findings] == ["failing-test"]
    assert proof.files == 1
    assert EvidenceStore(proof.evidence).damage() == ()
    assert [each.kind for each in EvidenceStore(proof.evidence).records()] == ["stage"]
    assert not (proof.evidence.parent / "work").exists()
    assert not (git.root / ".prodwright").exists()


@pytest.mark.slow
def test_a_change_is_compared_with_what_was_before(
    repository: Repository, tmp_path: Path
) -> None:
    failing = TEST.replace("4", "5")
    git = repository({"shop.py": SHOP, "test_shop.py": failing, "other.py": "x = 1\n"})
    (git.root / "shop.py").write_text(f"{SHOP}\n\nTWO = 2\n")

    request = ProveRequest(python=sys.executable, base="HEAD", stages=("tests",))
    proof = prove(request, around(git.root, tmp_path / "cache"))

    assert proof.findings == ()
    assert {each.module for each in proof.verdicts} == {"shop.py"}


def test_without_a_test_nothing_is_proved(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SHOP)

    proof = prove(
        ProveRequest(stages=("tests",)), around(tmp_path, tmp_path.parent / "cache")
    )

    assert proof.stop_reason is StopReason.INCONCLUSIVE
    assert proof.stages[0].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("request_", "refusal", "told"),
    [
        (ProveRequest(budget_seconds=0.5), ConfigurationInvalid, "0.5"),
        (ProveRequest(budget_seconds=float("nan")), ConfigurationInvalid, "nan"),
        (ProveRequest(stages=("fuss",)), UnknownName, "fuss"),
        (ProveRequest(paths=(Path("nowhere"),)), PathRefused, "nowhere"),
    ],
)
def test_what_cannot_work_is_named(
    request_: ProveRequest, refusal: type[Exception], told: str, tmp_path: Path
) -> None:
    with pytest.raises(refusal, match=told):
        prove(request_, around(tmp_path, tmp_path / "cache"))


def test_a_note_does_not_fail_a_proof(tmp_path: Path) -> None:
    stage = StageResult(
        stage="tests",
        outcome=Outcome.PASSED,
        reason="",
        control=Control(planted=1, caught=1),
        findings=(
            Finding(
                path="shop.py",
                line=1,
                column=1,
                end_line=1,
                hazard="missing-timeout",
                practice="recovery",
                severity=Severity.NOTE,
                message="it may wait",
            ),
        ),
    )
    proof = prove(
        ProveRequest(stages=("tests",), fail_on=Severity.NOTE),
        around(tmp_path, tmp_path / "cache"),
    )
    from dataclasses import replace

    assert replace(proof, stages=(stage,)).stop_reason is StopReason.CLEAN


def test_a_killed_proof_is_cleared_up_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    variables = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}
    left = tmp_path / "cache" / "proofs" / "20200101-000000-aaaa" / "work"
    left.mkdir(parents=True)

    with stand_for(tmp_path / "project", None, variables) as first:
        assert not left.exists()
        with stand_for(tmp_path / "project", None, variables):
            assert first.tree.is_dir(), "one that is under way is left alone"

    assert not first.tree.exists()


@pytest.mark.slow
def test_what_was_tried_on_the_same_code_is_reused_until_it_changes(
    repository: Repository, tmp_path: Path
) -> None:
    git = repository({"shop.py": SHOP, "test_shop.py": TEST})
    request = ProveRequest(python=sys.executable, stages=("tests",))
    place = around(git.root, tmp_path / "cache")

    def told(wanted: ProveRequest) -> str:
        return prove(wanted, place).stages[0].reason

    first, again = told(request), told(request)
    anew, within = told(replace(request, anew=True)), replace(request, budget_seconds=9)

    assert again == f"{first} (reused: same inputs)"
    assert "reused" not in first + anew + told(within)
    (git.root / "shop.py").write_text(SHOP.replace("2", "3"))
    assert "reused" not in told(request)


@pytest.mark.slow
def test_what_was_built_here_runs_with_what_it_was_built_with(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "requirements.lock").write_text("# nothing\n")
    variables = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}
    home = tmp_path / "cache" / "environments"
    ours = EnvironmentCache(folder=home, variables=variables)

    with stand_for(tmp_path / "shop", None, variables) as stand:
        box = stand.toolbox(variables, "", 1.0, allow_unsandboxed=False, tell=print)
        before = box.environment()
        for_locks = ours.for_locks(locks_in(stand.tree))
        after = box.environment()

    assert before is None
    assert after == for_locks
