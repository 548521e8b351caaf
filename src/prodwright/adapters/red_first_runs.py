"""Runs tests against mutants, with our plugin, in the sandbox."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import Completed, Errand, Sandbox

_FOLDER = ".prodwright-red-first"
_MOST_PARTS = 8  # beyond that, memory matters more than processors


@dataclass(frozen=True, slots=True, kw_only=True)
class TestVerdict:
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
    ) -> tuple[list[TestVerdict], Completed]:
        """Judge `tests` in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it.
            code: Files or folders relative to it that are under test.
        """
        place = folder / _FOLDER
        place.mkdir()
        for module, file in self.plugin_files.items():
            shutil.copyfile(file, place / f"{module}.py")
        parts = min(os.cpu_count() or 1, _MOST_PARTS)
        with ThreadPoolExecutor(parts) as pool:
            judged = pool.map(
                lambda part: self._part(folder, tests, code, (part, parts)),
                range(parts),
            )
            done = list(judged)
        return [*_verdicts(place)], next((e for e in done if e.code > 1), done[0])

    def _part(
        self,
        folder: Path,
        tests: Sequence[str],
        code: Sequence[str],
        share: tuple[int, int],
    ) -> Completed:
        part, parts = share
        settings = {
            "root": str(folder),
            "code": [str(folder / each) for each in code],
            "report": str(folder / _FOLDER / f"report-{part}.jsonl"),
            "mutants": self.mutants_per_test,
            "deadline_seconds": self.deadline_seconds,
            "part": part,
            "parts": parts,
        }
        told = folder / _FOLDER / f"settings-{part}.json"
        told.write_text(json.dumps(settings), encoding="utf-8")
        roots = [folder / _FOLDER, folder / "src", folder]
        command = [str(self.environment.python), "-m", "pytest", "-q", "-p"]
        command += ["prodwright_red_first", "-p", "no:cacheprovider", *tests]
        return self.sandbox.run(
            Errand(
                command=tuple(command),
                folder=folder,
                readable=self.environment.folders,
                environment={
                    "PYTHONPATH": ":".join(str(root) for root in roots),
                    "PRODWRIGHT_RED_FIRST": str(told),
                    "PYTHONHASHSEED": "0",
                    "CI": "true",
                },
                timeout_seconds=self.deadline_seconds + 60.0,
            )
        )


def _verdicts(place: Path) -> Iterator[TestVerdict]:
    for report in sorted(place.glob("report-*.jsonl")):
        for line in report.read_text("utf-8", errors="replace").splitlines():
            entry = json.loads(line)
            yield TestVerdict(
                test=str(entry["test"]),
                verdict=str(entry["verdict"]),
                module=str(entry.get("module", "")),
                why=str(entry.get("why", "")),
                tried=int(entry.get("tried", 0)),
            )
