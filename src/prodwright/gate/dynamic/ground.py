"""Where experiments stand: what they are about, and what is planted beside it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.files import is_inside
from prodwright.adapters.pytest_runs import Pytest
from prodwright.adapters.sandbox import Sandbox
from prodwright.analysis import Source
from prodwright.analysis.module_names import module_name
from prodwright.core.judgement import StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.unjudged import not_applicable, unjudged


def holds_tests(source: Source) -> bool:
    """Tell whether there are tests in a file."""
    named = any(each.name.startswith("test") for each in source.functions())
    return source.is_test and named


def code_in(candidate: Candidate, scope: tuple[str, ...]) -> list[str]:
    """Return the paths of code under test.

    Args:
        candidate: What is judged.
        scope: Files and folders, as in `Source.path`; empty: all of the project.
    """
    every = (e for e in candidate.after.sources if not e.is_test and not e.is_aside)
    return [each.path for each in every if _is_within(each.path, scope)]


def _is_within(path: str, scope: tuple[str, ...]) -> bool:
    if not scope or "." in scope:
        return True
    return any(path == each or path.startswith(f"{each}/") for each in scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A project whose tests can be run again and again, in a copy and in isolation.

    Attributes:
        tests: Test files, relative to the project.
        code: Files under test, relative to the project.
        modules: Files of `code` by the names that they are imported by.
        prefix: What comes before these paths in those of sources and findings.
        environment: What the project runs with.
        sandbox: The isolation.
    """

    tests: list[str]
    code: list[str]
    modules: dict[str, str]
    prefix: str
    environment: Environment
    sandbox: Sandbox


def ground_for(
    stage: str,
    toolbox: Toolbox,
    candidate: Candidate,
    scope: tuple[str, ...],
    *,
    brings_tests: bool = False,
) -> Ground | StageResult:
    """Return where an experiment can stand, or the result that says why it cannot.

    Args:
        stage: Name of the experiment.
        toolbox: For running foreign code.
        candidate: What is judged.
        scope: Files and folders under test, as in `Source.path`; empty: all.
        brings_tests: Whether it can do without tests of the project's own.

    Raises:
        SandboxUnavailable: The tests cannot be run in isolation.
    """
    tests = [e.path for e in candidate.after.sources if holds_tests(e)]
    code = code_in(candidate, scope)
    if not tests and not brings_tests:
        return not_applicable(stage, "the project has no tests")
    if not code:
        return not_applicable(stage, "no code in scope")
    environment = toolbox.environment()
    if environment is None:
        reason = "no environment for the project was found; name it with --python"
        return unjudged(stage, reason)
    sandbox = toolbox.sandbox()
    asked = Pytest(sandbox=sandbox, environment=environment, timeout_seconds=1.0)
    if not asked.has_pytest():
        return unjudged(stage, f"pytest is not installed for {environment.python}")
    prefix = f"{candidate.folder}/" if candidate.folder else ""
    own = [each.removeprefix(prefix) for each in code]
    return Ground(
        tests=[each.removeprefix(prefix) for each in tests],
        code=own,
        modules={module_name(each): each for each in own},
        prefix=prefix,
        environment=environment,
        sandbox=sandbox,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Where something was planted.

    Attributes:
        tests: The file with the tests, relative to the project.
        code: The file with the code.
        name: What cannot be guessed, and all the tests are called after.
    """

    tests: str
    code: str
    name: str

    def is_of(self, path: str) -> bool:
        """Tell whether a file, or a test by its identifier, is one of ours."""
        return path.partition("::")[0] in (self.tests, self.code)


def plant(folder: Path, beside: str, code: str, tests: str) -> Plot:
    """Write code and its tests into the folder of a test file.

    Args:
        folder: Top of the project's copy.
        beside: The test file, relative to it.
        code: Text of the code.
        tests: Text of the tests; `{code}` and `{name}` stand for what they are called.
    """
    place = (folder / beside).parent
    if not is_inside(place, folder):
        place = folder  # the code under test must not lead us out of the copy
    name = secrets.token_hex(8)
    code_file, test_file = place / f"planted_{name}.py", place / f"test_{name}.py"
    code_file.write_text(code, encoding="utf-8")
    text = tests.replace("{code}", code_file.stem).replace("{name}", name)
    test_file.write_text(text, encoding="utf-8")
    return Plot(
        tests=test_file.relative_to(folder).as_posix(),
        code=code_file.relative_to(folder).as_posix(),
        name=name,
    )
