"""Structure that is put to the test in the sandbox, beside planted defects."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.proving_ground import candidate, toolbox
from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import find_sandbox
from prodwright.adapters.substitution_runs import Shown
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome, StageResult, Standing
from prodwright.gate.dynamic.contracts import judge_contracts
from prodwright.gate.dynamic.ground import Ground, Plot
from prodwright.gate.dynamic.planted_structure import PLANTED, missed
from prodwright.gate.stages.architecture import ArchitectureStage

PAYING = """from typing import Protocol


class Gateway(Protocol):
    def charge(self, amount: int) -> int: ...


class Payments:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def pay(self, amount: int) -> int:
        {}
"""
FAKE = """class Fake:
    taken = 0

    def charge(self, amount):
        self.taken = amount
        return amount


def test_it():
    assert Payments(Fake()).pay(3) == 3
"""
CONTRACT = """[importlinter]
root_package = shop

[importlinter:contract:1]
name = Rules know nothing of the web
type = layers
containers = shop
layers =
    web
    rules
"""
FILES = {
    ".importlinter": CONTRACT,
    "shop/__init__.py": "",
    "shop/web.py": "import shop.rules\n\n\ndef serve():\n    return shop.rules\n",
    "shop/rules.py": "from shop.web import serve\n\n\ndef price():\n    return serve\n",
    "shop/sound.py": PAYING.format("return self.gateway.charge(amount)"),
    "shop/tied.py": PAYING.format(
        "self.gateway.charge(amount)\n        return self.gateway.taken"
    ),
    "tests/test_sound.py": f"from shop.sound import Payments\n\n\n{FAKE}",
    "tests/test_tied.py": f"from shop.tied import Payments\n\n\n{FAKE}",
    "tests/test_broken.py": "def test_it():\n    assert False\n",
}
SOUND = {
    path: text
    for path, text in FILES.items()
    if path not in ("shop/tied.py", "tests/test_tied.py", "tests/test_broken.py")
} | {"shop/rules.py": "def price():\n    return 3\n"}


def stage(place: Path, *, has_python: bool = True) -> ArchitectureStage:
    tools = toolbox(place, has_python=has_python)
    return ArchitectureStage(toolbox=tools, scope=(), budget_seconds=90.0)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StageResult:
    """Return what the stage says of structure with and without defects."""
    place = tmp_path_factory.mktemp("architecture")
    return stage(place).judge(candidate(place, FILES))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> StageResult:
    """Return what the stage says of structure that holds."""
    place = tmp_path_factory.mktemp("sound")
    return stage(place).judge(candidate(place, SOUND))


@pytest.mark.slow
def test_what_is_not_promised_is_a_finding_where_it_is_used(
    result: StageResult,
) -> None:
    (found,) = (e for e in result.findings if e.practice == "dependency-injection")

    assert (found.path, found.line) == ("shop/tied.py", 14)
    assert found.severity is Severity.MEDIUM
    assert "taken, which Gateway does not promise" in found.message
    assert "tests/test_tied.py::test_it fails with any other" in found.message


@pytest.mark.slow
def test_a_module_that_cannot_come_first_is_found(result: StageResult) -> None:
    (found,) = (e for e in result.findings if e.hazard == "import-cycle")

    assert (found.path, found.line) == ("shop/rules.py", 1)
    assert found.message.startswith("whoever imports shop.web first gets an error")


@pytest.mark.slow
def test_an_import_that_a_contract_forbids_is_found(result: StageResult) -> None:
    (found,) = (e for e in result.findings if e.hazard == "layer-violation")

    assert (found.path, found.line) == ("shop/rules.py", 1)
    assert "'Rules know nothing of the web'" in found.message


@pytest.mark.slow
def test_what_was_planted_is_caught(result: StageResult) -> None:
    assert result.control.holds, result
    assert result.control.planted == len(PLANTED) + 1
    assert "tests/test_broken.py::test_it" in result.details["not judged"]


@pytest.mark.slow
def test_what_tests_exchange_is_proven(result: StageResult) -> None:
    proven = {e.module for e in result.exhibits if e.standing is Standing.PROVEN}

    assert proven == {"shop/sound.py"}


@pytest.mark.slow
def test_a_kept_contract_that_can_be_red_is_proven(sound: StageResult) -> None:
    layered = {e.module for e in sound.exhibits if e.practice == "layer-boundaries"}

    assert sound.outcome is Outcome.PASSED, sound
    assert sound.findings == ()
    assert {"shop/web.py", "shop/rules.py"} <= layered


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        (CONTRACT, "import-linter is not installed for /usr/bin/python3"),
        ("", ""),
    ],
)
def test_contracts_without_their_tool_are_not_judged(
    tmp_path: Path, contract: str, told: str
) -> None:
    ground = Ground(
        tests=[],
        code=[],
        modules={},
        prefix="",
        environment=Environment(python=Path("/usr/bin/python3"), folders=(), key=""),
        sandbox=find_sandbox(allow_unsandboxed=False),
    )
    files = {**SOUND, ".importlinter": contract}

    found = judge_contracts(
        toolbox(tmp_path), candidate(tmp_path, files), ground, "architecture"
    )

    assert (found.silent, found.findings, found.exhibits) == (told, (), ())


def test_a_project_without_an_environment_is_not_judged(tmp_path: Path) -> None:
    found = stage(tmp_path, has_python=False).judge(candidate(tmp_path, FILES))

    assert found.outcome is Outcome.UNJUDGED


def test_planted_defects_that_nobody_tells_are_missed() -> None:
    plot = Plot(tests="test_p.py", code="p.py", name="p")
    told = [Shown(kind="injected", path="p.py", owner="Keeps", state="proven")]

    assert missed(plot, told) == ("Reaches", "Ignores", "a cycle", "no cycle")
