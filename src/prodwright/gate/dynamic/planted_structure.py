"""Structure that holds nothing, planted beside the project's code, and sound twins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prodwright.adapters.substitution_runs import IMPORT, INJECTED, REACH, Shown
from prodwright.gate.dynamic.ground import Plot

CODE = """
from typing import Protocol


class Gateway(Protocol):
    def charge(self, amount): ...


class Keeps:
    def __init__(self, gateway: Gateway):
        self.gateway = gateway

    def pay(self):
        return self.gateway.charge(3)


class Reaches:
    def __init__(self, gateway: Gateway):
        self.gateway = gateway

    def pay(self):
        return self.gateway.charged


class Ignores:
    def __init__(self, gateway: Gateway):
        self.own = [3]

    def pay(self):
        return self.own[0]
"""
TESTS = """
import importlib.util
import sys
from pathlib import Path

place = Path(__file__).with_name("{code}.py")
spec = importlib.util.spec_from_file_location("{code}", place)
code = sys.modules["{code}"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(code)


class RealGateway:
    charged = 3

    def charge(self, amount):
        return amount


def test_{name}_keeps():
    assert code.Keeps(RealGateway()).pay() == 3


def test_{name}_reaches():
    assert code.Reaches(RealGateway()).pay() == 3


def test_{name}_ignores():
    assert code.Ignores(RealGateway()).pay() == 3
"""
_CYCLE = "from {module} import later\n\nlater = 1\n"
_SOUND = "later = 1\n"
# What must be told of each class, and of each module that is imported first.
EXPECTED = {"Keeps": "proven", "Reaches": "tied", "Ignores": "unused"}
PLANTED = (*EXPECTED, "a cycle", "no cycle")


def plant_modules(folder: Path, plot: Plot) -> dict[str, str]:
    """Write a module that cannot be imported first, and one that can.

    Args:
        folder: Top of the project's copy.
        plot: What was planted besides.

    Returns:
        Their files, relative to `folder`, by the names that they are imported by.
    """
    texts = {f"cycle_{plot.name}": _CYCLE, f"sound_{plot.name}": _SOUND}
    for module, text in texts.items():
        (folder / f"{module}.py").write_text(text.replace("{module}", module), "utf-8")
    return {module: f"{module}.py" for module in texts}


def missed(plot: Plot, every: Iterable[Shown]) -> tuple[str, ...]:
    """Return what was planted and is judged wrongly, as in `PLANTED`."""
    told = list(every)
    states = {
        e.owner: e.state for e in told if e.kind == INJECTED and e.path == plot.code
    }
    states |= {e.name: e.state for e in told if e.kind == IMPORT}
    places = {e.owner for e in told if e.kind == REACH and e.path == plot.code}
    wanted = {
        **{name: (name, state) for name, state in EXPECTED.items()},
        "a cycle": (f"cycle_{plot.name}", "cycle"),
        "no cycle": (f"sound_{plot.name}", "fine"),
    }
    wrong = [name for name, (key, state) in wanted.items() if states.get(key) != state]
    if places != {"Reaches"} and "Reaches" not in wrong:
        wrong.append("Reaches")
    return tuple(wrong)


def is_planted(plot: Plot, shown: Shown) -> bool:
    """Tell whether something is told of what was planted."""
    return plot.is_of(shown.path) or plot.is_of(shown.test) or plot.name in shown.path
