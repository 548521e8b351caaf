"""`harden`: a run whose request is "make this code pass"."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.pytest_runs import Pytest
from prodwright.api.bench import Bench, read_project
from prodwright.api.delivering import deliver
from prodwright.api.gating import judge_change
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.judgement import Judgement
from prodwright.core.settings import Settings
from prodwright.engineer.codemods import Codemods, Original
from prodwright.kit import Hazard, Rewrite

REQUEST = "make this code pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class HardenWorkshop:
    """Applies deterministic rewrites.

    Attributes:
        bench: The run's surroundings.
        hazards: Those that the gate looks for.
        unsafe: Whether rewrites that change behaviour are applied as well.
    """

    bench: Bench
    hazards: tuple[Hazard, ...]
    unsafe: bool

    @property
    def attempts(self) -> int:
        """Rewrites are deterministic: a second attempt would be the first again."""
        return 1

    def intake(self) -> Brief:
        """Say what is to be mended."""
        names = ", ".join(hazard.name for hazard in self.mendable())
        scope = self.bench.record.options.get("scope")
        return Brief(
            request=REQUEST,
            engineer="codemods",
            subject=names,
            scope=tuple(str(each) for each in scope) if isinstance(scope, list) else (),
            criteria=(
                "each rewritten file parses, and a second rewrite changes nothing",
                "each rewritten hazard occurs less often and no hazard more often",
                "the project's own tests fail nowhere where they passed before",
                "no test is weakened",
            ),
        )

    def mendable(self) -> tuple[Hazard, ...]:
        """Return the hazards whose rewrite may be applied."""
        return tuple(
            hazard
            for hazard in self.hazards
            if isinstance(hazard.repair, Rewrite)
            and (hazard.repair.safe or self.unsafe)
        )

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Rewrite the files in scope and commit one step per hazard."""
        base = self.bench.record.base
        tree = self.bench.workbench.checkout_base(base)
        engineer = Codemods(
            hazards=self.mendable(),
            originals=originals(tree, brief.scope, self.bench.settings),
            passes=_Trial(bench=self.bench, base=base).passes,
        )
        return self.bench.workbench.commit(base, engineer.write())

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate."""
        return judge_change(self.bench, brief, change, self.hazards)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report."""
        return deliver(self.bench, brief, change, judgement)


def originals(
    tree: Path, scope: Sequence[str], settings: Settings
) -> tuple[Original, ...]:
    """Return the files in `scope` as they are in `tree`; all of them without one."""
    places = [Path(each) for each in scope]
    return tuple(
        Original(source=source, content=(tree / source.path).read_bytes())
        for source in read_project(tree, "", settings).sources
        if not places or any(Path(source.path).is_relative_to(each) for each in places)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Tries changed files on the project's tests, when it has any that can run."""

    bench: Bench
    base: str

    def passes(self, files: Mapping[str, bytes]) -> bool:
        tree = self.bench.workbench.checkout_base(self.base)
        runner = self._runner(tree)
        if runner is None:
            return True  # the gate says that the tests could not judge
        failing = frozenset(self._run(runner, tree, {}))
        return frozenset(self._run(runner, tree, files)) <= failing

    def _run(
        self, runner: Pytest, tree: Path, files: Mapping[str, bytes]
    ) -> Sequence[str]:
        copy = self.bench.workbench.scratch_copy(tree, "trial")
        for path, content in files.items():
            (copy / path).write_bytes(content)
        failed = runner.run(copy).failed
        shutil.rmtree(copy)
        return failed

    def _runner(self, tree: Path) -> Pytest | None:
        project = read_project(tree, "", self.bench.settings)
        if not project.has_tests:
            return None
        toolbox = self.bench.toolbox(tree)
        environment = toolbox.environment()
        if environment is None:
            return None
        runner = Pytest(
            sandbox=toolbox.sandbox(),
            environment=environment,
            timeout_seconds=toolbox.timeout_seconds,
        )
        return runner if runner.has_pytest() else None
