"""Puts our probes into a project's own interpreter, and takes back what they tell."""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import prodwright.probes
from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import Completed, Errand, Sandbox
from prodwright.probes.sealing import END, seal_of

PARTS = min(os.cpu_count() or 1, 8)  # beyond that, memory matters more than processors
PACKAGE = "prodwright_probes"  # so that a project may itself be called prodwright
_OWN_IMPORTS = re.compile(r"^(\s*)(from|import) prodwright\.probes\b", re.M)
_MOST_REPORT_BYTES = 50_000_000
_WHOLE_RUNS = (0, 1, 5)  # of pytest: passed, failed, nothing collected
_TAIL_CHARACTERS = 4_000
_LAST = json.dumps({END: True})
_GO_ON = "--continue-on-collection-errors"
# Starts the parts inside the sandbox, each with its settings in a variable: ending that
# one process ends them all.
_SIDE_BY_SIDE = """
import os, subprocess, sys
parts = [
    subprocess.Popen(sys.argv[3:], env={**os.environ, sys.argv[1]: told})
    for told in sys.argv[2].splitlines()
]
sys.exit(max(abs(part.wait()) for part in parts))
"""


def _mount(place: Path) -> None:
    """Copy our probes, and nothing else of us, under a name that no project has."""
    top = Path(prodwright.probes.__file__).parent
    place.mkdir(parents=True)
    for file in top.rglob("*.py"):
        target = place / PACKAGE / file.relative_to(top)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8")
        target.write_text(_OWN_IMPORTS.sub(rf"\1\2 {PACKAGE}", text), "utf-8")


def _variables(place: Path, environment: Environment) -> dict[str, str]:
    """Return the variables of a run with the probes at `place`, in a project's copy."""
    folder = place.parent
    roots = [place, folder / "src", folder, *environment.further]
    return {
        "PYTHONPATH": ":".join(str(root) for root in roots),
        "PYTHONHASHSEED": "0",
        "CI": "true",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a run of probes told.

    Attributes:
        lines: JSON, in the order in which each part told them.
        failure: Why it shows nothing that nothing else is told; empty: it does.
    """

    lines: tuple[str, ...]
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """Runs pytest with a plugin of ours, once for each part, side by side.

    Attributes:
        sandbox: Where it runs.
        environment: What the project runs with.
        plugin: Module of the plugin, below our probes.
        variable: That tells each part where its settings are.
        limit_seconds: After that all of it is ended.
    """

    sandbox: Sandbox
    environment: Environment
    plugin: str
    variable: str
    limit_seconds: float

    def run(
        self, folder: Path, tests: Sequence[str], settings: Mapping[str, object]
    ) -> Reported:
        """Run tests in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it.
            settings: For each part, as JSON values; what is the part's own is added.
        """
        place = folder / f".prodwright-{secrets.token_hex(8)}"
        _mount(place)
        keys = [secrets.token_hex(32) for _ in range(PARTS)]
        told = [_settings(place, settings, part, key) for part, key in enumerate(keys)]
        done = self.sandbox.run(
            Errand(
                command=(*self._command(told), *tests),
                folder=folder,
                readable=self.environment.folders,
                environment=_variables(place, self.environment),
                timeout_seconds=self.limit_seconds,
            )
        )
        reports = [_Sealed.read(place, part, key) for part, key in enumerate(keys)]
        lines = tuple(line for each in reports for line in each.lines)
        are_whole = all(each.is_whole for each in reports)
        return Reported(lines=lines, failure=_failure(done, are_whole=are_whole))

    def _command(self, settings: Sequence[Path]) -> tuple[str, ...]:
        python = str(self.environment.python)
        told = "\n".join(map(str, settings))
        command = [python, "-I", "-c", _SIDE_BY_SIDE, self.variable, told]
        command += [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "no:prodwright", "-p", f"{PACKAGE}.{self.plugin}"]
        return (*command, *_in_order(self.environment), _GO_ON)


def _settings(place: Path, more: Mapping[str, object], part: int, key: str) -> Path:
    own = {"report": str(place / f"report-{part}.jsonl"), "key": key}
    settings = {**more, **own, "part": part, "parts": PARTS}
    told = place / f"settings-{part}.json"
    told.write_text(json.dumps(settings), encoding="utf-8")
    return told


def _failure(done: Completed, *, are_whole: bool) -> str:
    said = done.output[-_TAIL_CHARACTERS:]
    if done.broken_off or done.code not in _WHOLE_RUNS:
        return said or f"pytest ended with code {done.code}"
    return "" if are_whole else f"a report is not whole, or not ours\n{said}"


def _in_order(environment: Environment) -> list[str]:
    """Keep plugins from dividing or shuffling the tests, or measuring them."""
    installed = environment.packages()
    against = {
        "pytest-xdist": ("-n", "0"),
        "pytest-cov": ("--no-cov",),
        "pytest-randomly": ("-p", "no:randomly"),
        "pytest-rerunfailures": ("-p", "no:rerunfailures"),
    }
    return [word for name in against if name in installed for word in against[name]]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What one part wrote; foreign code had its hands on it."""

    lines: tuple[str, ...] = ()
    is_whole: bool = False

    @classmethod
    def read(cls, place: Path, part: int, key: str) -> _Sealed:
        """Return the lines up to the first that is not the part's own."""
        report = place / f"report-{part}.jsonl"
        if report.is_symlink() or not report.is_file():
            return cls()
        if report.stat().st_size > _MOST_REPORT_BYTES:
            return cls()
        lines: list[str] = []
        for line in report.read_text("utf-8", errors="replace").split("\n")[:-1]:
            text = _unsealed(line, len(lines), key)
            if text is None:
                return cls(tuple(each for each in lines if each != _LAST))
            lines.append(text)
        if _LAST not in lines:
            return cls(tuple(lines))
        return cls(tuple(lines[:-1]), is_whole=lines[-1] == _LAST)


def _unsealed(line: str, number: int, key: str) -> str | None:
    seal, _, rest = line.partition(" ")
    told, _, text = rest.partition(" ")
    is_ours = hmac.compare_digest(seal.encode(), seal_of(key, number, text).encode())
    return text if is_ours and told == str(number) else None
