"""What a model or an agent may do at its desk, wired to sandbox, tests and checks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.files import read_source
from prodwright.adapters.inside import write_inside
from prodwright.adapters.pytest_runs import PASSED, Pytest
from prodwright.adapters.sandbox import Completed, Errand, Reaching, Sandbox
from prodwright.analysis import Project
from prodwright.api.bench import Bench, read_project
from prodwright.api.installing import Installing
from prodwright.core.finding import Finding
from prodwright.engineer.codemods import Codemods, Original
from prodwright.engineer.model.hands import Hands
from prodwright.engineer.phases import Mended, SuiteRun, Workplace
from prodwright.kit import Hazard, Rewrite
from prodwright.kit.judging import judge
from prodwright.practices import (
    find_hazard,
    hazard_names,
    hazards_named,
    load_practices,
)


@dataclass(frozen=True, kw_only=True)
class Deskwork:
    """Runs, tests and checks what lies on the desk of one run.

    Attributes:
        bench: The run's surroundings.
        hazards: Those that the gate looks for.
        ask: Asks the user; None when nobody is there.
        allow: Asks the user whether a command may run; None when nobody is there.
        install: Asks whether packages may be installed; None when nobody is there.
    """

    bench: Bench
    hazards: tuple[Hazard, ...]
    ask: Callable[[str], str | None] | None = None
    allow: Callable[[Sequence[str]], bool] | None = None
    install: Callable[[Sequence[str]], bool] | None = None

    @property
    def folder(self) -> Path:
        """The desk's folder."""
        return self.bench.folder.desk

    def workplace(self) -> Workplace:
        """Return what the tools work with."""
        return Workplace(
            folder=self.folder,
            run=self.run,
            test=self.test,
            check=self.check,
            explain=explain,
            ask=self.ask,
            allow=self.allow,
            install=self.installing.request,
        )

    @cached_property
    def sandbox(self) -> Sandbox:
        """Where everything runs."""
        return self.bench.sandbox()

    @property
    def _reaching(self) -> Sandbox:
        """The same, with the network open for whom the user allows."""
        return Reaching(self.sandbox, self.bench.allowance.hosts)

    @cached_property
    def installing(self) -> Installing:
        """Who installs what the work needs."""
        return Installing(
            bench=self.bench,
            base=cache(partial(self.bench.base_environment, self.folder)),
            ask=self.install,
        )

    @property
    def environment(self) -> Environment | None:
        """What the project runs with, now."""
        return self.installing.environment

    def run(self, command: Sequence[str], seconds: float) -> Completed:
        """Run a command at the desk, in isolation."""
        return self.run_until(command, seconds, None)

    def run_until(
        self, command: Sequence[str], seconds: float, stop: threading.Event | None
    ) -> Completed:
        """Run a command at the desk, in isolation, until it ends or `stop` is set.

        What the project says that it needs is there by then, if the user allows it.
        """
        self.installing.provide(self.bench.record.base, self.folder)
        readable = self.environment.folders if self.environment else ()
        return self._reaching.run(
            Errand(
                command=tuple(command),
                folder=self.folder,
                readable=readable,
                environment=self._variables(),
                timeout_seconds=seconds,
                stop=stop,
            )
        )

    def _variables(self) -> dict[str, str]:
        further = self.environment.further if self.environment else ()
        roots = [self.folder / "src", self.folder, *further]
        path = ["/usr/local/bin", "/usr/bin", "/bin"]
        if self.environment:
            path.insert(0, str(self.environment.python.parent))
        return {"PATH": ":".join(path), "PYTHONPATH": ":".join(map(str, roots))}

    def test(self, paths: Sequence[str]) -> SuiteRun:
        """Run the tests on a copy of the desk, with what it says that it needs."""
        self.installing.provide(self.bench.record.base, self.folder)
        if self.environment is None:
            trouble = "no environment for the project was found: tests cannot run"
            return SuiteRun(passed=0, failed=(), output="", trouble=trouble)
        project = read_project(self.folder, "", self.bench.settings)
        if not project.has_tests:
            return SuiteRun(
                passed=0, failed=(), output="", trouble="there are no tests"
            )
        runner = Pytest(
            sandbox=self._reaching,
            environment=self.environment,
            timeout_seconds=self.bench.settings.test_timeout_seconds,
        )
        copy = self.bench.workbench.scratch_copy(self.folder, "desk-tests")
        run = runner.run(copy, paths)
        trouble = "" if run.control_caught else "pytest did not run to its end"
        if run.completed.timed_out:
            trouble = "the tests did not end within the time limit"
        return SuiteRun(
            passed=sum(outcome == PASSED for outcome in run.cases.values()),
            failed=run.failed,
            output=run.completed.output,
            trouble=trouble,
        )

    def check(self, path: str) -> Sequence[Finding]:
        """Return what the static stage finds in one file of the desk."""
        source = read_source(self.folder / path, path)
        _ = source.tree
        return judge(Project(sources=(source,)), self.hazards)

    def codemods(self, hands: Hands, start: str, tree: str) -> Mended:
        """Apply safe rewrites to the Python files that differ between two trees."""
        hands.at(tree)
        changed = set(self.bench.git.changed_between(start, tree))
        project = read_project(self.folder, "", self.bench.settings)
        originals = tuple(
            Original(source=each, content=(self.folder / each.path).read_bytes())
            for each in project.sources
            if each.path in changed
        )
        safe = tuple(
            each
            for each in self.hazards
            if isinstance(each.repair, Rewrite) and each.repair.safe
        )
        engineer = Codemods(hazards=safe, originals=originals, passes=lambda _: True)
        steps = engineer.write().steps
        for step in steps:
            for path, content in step.files.items():
                write_inside(self.folder, path, content)
        titles = tuple(step.title for step in steps)
        return Mended(tree=hands.keep() if steps else tree, titles=titles)


def explain(name: str) -> str:
    """Return the guidance of a practice or hazard.

    Raises:
        UnknownName: It is neither.
    """
    if name in hazard_names():
        hazard = find_hazard(name)
        return f"{hazard.guidance}\n\nWhat to do: {hazard.repair.summary}"
    named = sorted(hazards_named([name]))
    titles = {each.name: each.title for each in load_practices()}
    told = [titles.get(name, name)]
    told += [f"- {each}: {find_hazard(each).consequence}" for each in named]
    return "\n".join(told)
