"""Runs tests against mutants, with our plugin, in the sandbox."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import Completed, Errand, Sandbox

_MOST_PARTS = 8  # beyond that, memory matters more than processors
# Starts the parts inside the sandbox: ending that one process ends them all.
_SIDE_BY_SIDE = """
import os, subprocess, sys
parts = [
    subprocess.Popen(sys.argv[2:], env={**os.environ, "PRODWRIGHT_RED_FIRST": told})
    for told in sys.argv[1].splitlines()
]
sys.exit(max(abs(part.wait()) for part in parts))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantVerdict:
    """What the mutants say of one test.

    Attributes:
        test: Its node identifier.
        verdict: `red`, `green` (never red), `skipped` or `unjudged`.
        module: For a red one: the changed module, relative to the project.
        why: For an unjudged one.
        tried: For a green one: how many mutants it was tried on.
    """

    test: str
    verdict: str
    module: str = ""
    why: str = ""
    tried: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFirst:
    """Judges tests by mutants of what they execute.

    Attributes:
        sandbox: Where they run.
        environment: What they run with.
        plugin_files: Our plugin's files, by the module name they get.
        mutants_per_test: The most that one test is tried on.
        deadline_seconds: For all tests together.
    """

    sandbox: Sandbox
    environment: Environment
    plugin_files: dict[str, Path]
    mutants_per_test: int
    deadline_seconds: float

    def run(
        self, folder: Path, tests: Sequence[str], code: Sequence[str]
    ) -> tuple[list[MutantVerdict], Completed]:
        """Judge `tests` in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it.
            code: Files or folders relative to it that are under test.
        """
        place = folder / f".prodwright-red-first-{secrets.token_hex(8)}"
        place.mkdir()
        for module, file in self.plugin_files.items():
            shutil.copyfile(file, place / f"{module}.py")
        parts = min(os.cpu_count() or 1, _MOST_PARTS)
        told = [self._told(place, code, (part, parts)) for part in range(parts)]
        python = str(self.environment.python)
        command = [python, "-I", "-c", _SIDE_BY_SIDE, "\n".join(map(str, told))]
        command += [python, "-m", "pytest", "-q", "-p", "prodwright_red_first"]
        command += ["-p", "no:cacheprovider", *tests]
        roots = [place, folder / "src", folder, *self.environment.further]
        done = self.sandbox.run(
            Errand(
                command=tuple(command),
                folder=folder,
                readable=self.environment.folders,
                environment={
                    "PYTHONPATH": ":".join(str(root) for root in roots),
                    "PYTHONHASHSEED": "0",
                    "CI": "true",
                },
                timeout_seconds=self.deadline_seconds + 60.0,
            )
        )
        return _once_each(_verdicts(place, parts)), done

    def _told(self, place: Path, code: Sequence[str], share: tuple[int, int]) -> Path:
        folder = place.parent
        part, parts = share
        settings = {
            "root": str(folder),
            "code": [str(folder / each) for each in code],
            "report": str(place / f"report-{part}.jsonl"),
            "mutants": self.mutants_per_test,
            "deadline_seconds": self.deadline_seconds,
            "part": part,
            "parts": parts,
        }
        told = place / f"settings-{part}.json"
        told.write_text(json.dumps(settings), encoding="utf-8")
        return told


def _once_each(verdicts: Iterator[MutantVerdict]) -> list[MutantVerdict]:
    """The plugin tells of each test once; whoever tells more is not the plugin."""
    kept: dict[str, MutantVerdict] = {}
    for each in verdicts:
        again = each.test in kept
        why = "more than one verdict was reported"
        contested = MutantVerdict(test=each.test, verdict="unjudged", why=why)
        kept[each.test] = contested if again else each
    return list(kept.values())


def _verdicts(place: Path, parts: int) -> Iterator[MutantVerdict]:
    """Read what the parts wrote; foreign code had its hands on it."""
    for part in range(parts):
        report = place / f"report-{part}.jsonl"
        if report.is_symlink() or not report.is_file():
            continue
        for line in report.read_text("utf-8", errors="replace").splitlines():
            verdict = _verdict(line)
            if verdict is not None:
                yield verdict


def _verdict(line: str) -> MutantVerdict | None:
    try:
        entry = json.loads(line)
        return MutantVerdict(
            test=str(entry["test"]),
            verdict=str(entry["verdict"]),
            module=str(entry.get("module", "")),
            why=str(entry.get("why", "")),
            tried=int(entry.get("tried", 0)),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # cut off by the time limit, or tampered with
