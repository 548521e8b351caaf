"""What holds for every blueprint, whatever it writes."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from prodwright.blueprints import Blueprint, render
from prodwright.blueprints._answers import applies
from prodwright.blueprints._registry import load_all, named
from prodwright.core.profile import Question

ALL = load_all()
LOCKED = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)


def values_of(question: Question) -> tuple[str, ...]:
    """Return the answers a question is tried with, the default first."""
    others = question.options or question.alternatives
    first = () if question.default is None else (question.default,)
    return first + tuple(value for value in others if value != question.default)


def combinations(blueprint: Blueprint) -> Iterator[dict[str, str]]:
    """Yield every combination of the answers to be tried."""
    keys = [question.key for question in blueprint.questions]
    choices = [values_of(question) for question in blueprint.questions]
    seen = set()
    for chosen in product(*choices):
        answers = dict(zip(keys, chosen, strict=True))
        for question in blueprint.questions:
            if not applies(question, answers):
                answers.pop(question.key)
        if (combination := tuple(answers.items())) not in seen:
            seen.add(combination)
            yield answers


def single_changes() -> Iterator[tuple[Blueprint, Question, str]]:
    """Yield every answer that is not the one a question starts with."""
    for blueprint in ALL:
        for question in blueprint.questions:
            for value in values_of(question)[1:]:
                yield blueprint, question, value


def project(blueprint: Blueprint, answers: Mapping[str, str]) -> dict[str, str]:
    """Return all files as the last step leaves them."""
    return rendered(blueprint.name, tuple(sorted(answers.items())))


@cache
def rendered(name: str, answers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Render once for all tests: there are a hundred combinations and more."""
    files: dict[str, str] = {}
    for step in render(named(name), dict(answers)):
        files.update(step.files)
    return files


def base_answers(blueprint: Blueprint, question: Question) -> dict[str, str]:
    """Return the answers under which a question is asked, with its first one."""
    return {**question.only_if, question.key: values_of(question)[0]}


by_name = pytest.mark.parametrize("blueprint", ALL, ids=lambda found: found.name)


@by_name
def test_every_question_states_what_follows_and_can_be_tried(
    blueprint: Blueprint,
) -> None:
    assert len(blueprint.questions) <= 6
    for question in blueprint.questions:
        assert question.changes
        assert len(values_of(question)) >= 2


@by_name
def test_what_a_component_asks_is_asked_by_who_includes_it(
    blueprint: Blueprint,
) -> None:
    parts = [part for part in ALL if part.name in blueprint.includes]
    asked = {question.key for part in parts for question in part.questions}
    assert asked <= {question.key for question in blueprint.questions}


@by_name
def test_every_step_commits_something(blueprint: Blueprint) -> None:
    before: dict[str, str] = {}
    for step in render(blueprint, only_required(blueprint)):
        assert any(before.get(path) != text for path, text in step.files.items())
        before.update(step.files)


@pytest.mark.parametrize(
    ("blueprint", "question", "value"),
    list(single_changes()),
    ids=lambda part: part if isinstance(part, str) else getattr(part, "key", None),
)
def test_every_answer_changes_code_and_tests(
    blueprint: Blueprint, question: Question, value: str
) -> None:
    answers = base_answers(blueprint, question)
    before = project(blueprint, only_required(blueprint) | answers)
    after = project(
        blueprint, only_required(blueprint) | answers | {question.key: value}
    )
    changed = {
        path
        for path in before.keys() | after.keys()
        if before.get(path) != after.get(path)
    }
    assert any(path.startswith("tests/") for path in changed)
    assert any(path.startswith(blueprint.package) for path in changed)


@by_name
def test_every_combination_renders_to_python_that_parses(blueprint: Blueprint) -> None:
    parsed: set[str] = set()
    for answers in combinations(blueprint):
        for path, text in project(blueprint, answers).items():
            if path.endswith(".py") and text not in parsed:
                ast.parse(text, path)
                parsed.add(text)


@by_name
def test_the_same_answers_give_the_same_project(blueprint: Blueprint) -> None:
    answers = only_required(blueprint)
    assert render(blueprint, answers) == render(blueprint, answers)


@by_name
def test_locks_pin_each_package_once_and_name_no_registry(blueprint: Blueprint) -> None:
    for answers in combinations(blueprint):
        files = project(blueprint, answers)
        for name in ("requirements.lock", "requirements-dev.lock"):
            pinned = LOCKED.findall(files[name])
            assert len(pinned) == len(set(pinned))
            assert "://" not in files[name]
            assert all(
                re.search(rf"^{re.escape(wanted)}==", files[name], re.MULTILINE)
                for wanted in direct_requirements(files["pyproject.toml"])
            )


@pytest.mark.slow
@by_name
def test_every_combination_is_formatted_and_clean(
    blueprint: Blueprint, tmp_path: Path
) -> None:
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    written: set[tuple[str, str]] = set()
    for number, answers in enumerate(combinations(blueprint)):
        for path, text in project(blueprint, answers).items():
            if (path, text) not in written or path == "pyproject.toml":
                target = tmp_path / str(number) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
                written.add((path, text))
    for command in (["format", "--check"], ["check", "--output-format", "concise"]):
        outcome = subprocess.run(
            [ruff, *command, "--no-cache", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stdout


def only_required(blueprint: Blueprint) -> dict[str, str]:
    """Return answers to the questions that have no default."""
    return {
        question.key: question.alternatives[0]
        for question in blueprint.questions
        if question.default is None
    }


def direct_requirements(project_file: str) -> list[str]:
    """Return the names of the packages a project depends on itself."""
    block = project_file.split("dependencies = [", 1)[1].split("]\n", 1)[0]
    return re.findall(r'"([A-Za-z0-9-]+)', block)
