"""Which experiments a gate adds to its own stages."""

from __future__ import annotations

from pathlib import Path

from gate.proving_ground import toolbox
from prodwright.api.experimenting import IN_GATE, MAKERS, Laboratory, experiments_for
from prodwright.core.settings import Settings
from prodwright.gate.experiments import EXPERIMENTS


def laboratory(place: Path, *scope: str) -> Laboratory:
    return Laboratory(
        toolbox=toolbox(place), settings=Settings(), scope=scope, variables={}
    )


def test_every_experiment_that_is_named_can_be_made() -> None:
    assert set(MAKERS) == {each.stage for each in EXPERIMENTS}


def test_a_change_without_code_is_not_experimented_on(tmp_path: Path) -> None:
    assert experiments_for(laboratory(tmp_path), 60.0) == ()


def test_experiments_share_the_time_cheapest_first(tmp_path: Path) -> None:
    made = experiments_for(laboratory(tmp_path, "a.py"), 60.0)

    ordered = [each.stage for each in EXPERIMENTS if each.stage in IN_GATE]
    assert [name for name, _ in made] == ordered
    shares = [stage.experiment.budget_seconds for _, stage in made]  # type: ignore[attr-defined]
    assert abs(sum(shares) - 60.0) < 1e-6
