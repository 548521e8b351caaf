"""Runs one tree of a package in the sandbox, for `behaviour.py`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from prodwright.adapters.environments import environment_of
from prodwright.adapters.sandbox import Errand, Sandbox

INSIDE = Path(__file__).with_name("behaviour_inside.py")
_ASIDE = frozenset({"__main__", "conftest", "setup"})


class Outcome(TypedDict):
    """What one run wrote: by module and by function."""

    imports: dict[str, str]
    calls: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is run, the same for both trees.

    Attributes:
        modules: Dotted names, in the order of import.
        only: Functions to call; None for all.
        seed: Chooses the inputs.
        calls: How often each function is called.
        call_seconds: Time limit of one call.
    """

    modules: tuple[str, ...]
    only: tuple[str, ...] | None
    seed: int
    calls: int
    call_seconds: float


@dataclass(frozen=True, slots=True)
class Box:
    """Where and how trees are run.

    Attributes:
        sandbox: Confines the package.
        python: Interpreter that has its dependencies.
        variables: Environment variables it gets.
        timeout_seconds: Limit of one run of a tree.
        place: Where every tree stands when it is run; texts may hold paths.
    """

    sandbox: Sandbox
    python: Path
    variables: dict[str, str]
    timeout_seconds: float
    place: Path


def modules_of(tree: Path) -> tuple[str, ...]:
    """Return the dotted names of all modules of `tree`, tests left out."""
    names = []
    for path in sorted(tree.rglob("*.py")):
        parts = path.relative_to(tree).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        aside = _ASIDE.intersection(parts) or {"tests", "test"}.intersection(parts)
        if parts and not aside and all(each.isidentifier() for each in parts):
            names.append(".".join(parts))
    return tuple(names)


def run(box: Box, tree: Path, plan: Plan) -> Outcome:
    """Run one tree once, always under the same path.

    A module that ends the whole process is left out on the next attempt, and
    that is how its import ended.
    """
    place = box.place
    modules, ended = list(plan.modules), dict[str, str]()
    while True:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(tree, place / "tree", ignore=shutil.ignore_patterns(".git"))
        outcome = _attempt(box, modules, plan)
        if not isinstance(outcome, str):
            shutil.rmtree(place)
            outcome["imports"].update(ended)
            return outcome
        modules.remove(outcome)
        ended[outcome] = "ended the process"


def _attempt(box: Box, modules: Sequence[str], plan: Plan) -> Outcome | str:
    """Return the outcome, or the module whose import ended the process."""
    place = box.place
    told = {
        "root": str(place / "tree"),
        "modules": list(modules),
        "only": None if plan.only is None else list(plan.only),
        "seed": plan.seed,
        "calls": plan.calls,
        "call_seconds": plan.call_seconds,
    }
    (place / "plan.json").write_text(json.dumps(told))
    shutil.copy(INSIDE, place / "inside.py")
    done = box.sandbox.run(
        Errand(
            command=(str(box.python), str(place / "inside.py"), str(place)),
            folder=place,
            readable=environment_of(box.python).folders,
            environment={"PYTHONHASHSEED": "0", "TZ": "UTC", **box.variables},
            timeout_seconds=box.timeout_seconds,
        )
    )
    if (place / "outcome.json").exists():
        outcome: Outcome
        outcome = json.loads((place / "outcome.json").read_text())
        return outcome
    if done.timed_out:
        sys.exit(f"no end within {box.timeout_seconds:.0f} s: {done.output[-500:]}")
    last = place / "last"
    if not last.exists():
        sys.exit(f"the run did not start: {done.output[-500:]}")
    at = modules.index(last.read_text()) + 1 if last.read_text() else 0
    if at == len(modules):
        sys.exit(f"the run ended after the last import: {done.output[-500:]}")
    return modules[at]


def file_of(tree: Path, module: str) -> Path:
    """Return where `module` stands in `tree`."""
    path = tree.joinpath(*module.split("."))
    package = path / "__init__.py"
    return package if package.exists() else path.with_suffix(".py")
