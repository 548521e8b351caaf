"""Takes over the running of tests, as a plugin of pytest."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prodwright.probes.faults import reporting
from prodwright.probes.faults.clock import Clock
from prodwright.probes.faults.origins import Origins
from prodwright.probes.faults.planning import Novelty
from prodwright.probes.faults.points.installing import install
from prodwright.probes.faults.proving import Functions
from prodwright.probes.faults.recorder import RECORDER
from prodwright.probes.faults.settings import Settings
from prodwright.probes.faults.trying import Trial
from prodwright.probes.faults.values import WEAK
from prodwright.probes.sealing import Report


def begin(config: pytest.Config, told: object) -> None:
    """Put the points in, and take over."""
    if getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("faults are not explored by several workers: add -n 0")
    try:
        settings = Settings.of(config, told)
    except (ValueError, OSError) as error:
        raise pytest.UsageError(str(error)) from error
    RECORDER.origins = Origins(settings.root, settings.code)
    install()
    config.addinivalue_line("filterwarnings", "always::ResourceWarning")
    config.pluginmanager.register(Exploration(config, settings), "prodwright-faults")


class Exploration:
    """Runs each test under faults: first what is new everywhere, then the rest.

    Args:
        config: Of the session.
        settings: What is explored.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._config, self._settings = config, settings
        self._report = Report(settings.report, settings.key)
        self._novelty = Novelty(settings)
        self._ends_at = float("inf")
        self._folder = ""
        self._functions: Functions | None = None
        self._number = -1
        self.trials: list[Trial] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Begin to count the time; everything that is there now stays."""
        if self._settings.budget_seconds:
            self._ends_at = Clock.real_monotonic() + self._settings.budget_seconds
        self._folder = tempfile.mkdtemp(prefix="prodwright-faults-")
        gc.collect()
        if self._settings.defences:
            self._functions = Functions(RECORDER.origins)
        gc.freeze()

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        """Once every test has had its turn, try what was left waiting."""
        result = yield
        for trial in self.trials:
            if not trial.waiting:
                continue
            started = Clock.real_monotonic()
            before = len(trial.explored.sightings)
            trial.try_waiting(self._has_time)
            trial.explored.seconds += Clock.real_monotonic() - started
            reporting.append_rest(self._report, trial.explored, before)
        self._take_away()
        self._report.end()
        return result

    def _take_away(self) -> None:
        """Last, see which defences the green runs rest on."""
        for trial in self.trials:
            if self._functions is None or not trial.explored.green:
                continue
            trial.take_away(self._functions, self._has_time)
            if trial.explored.defences:
                known = len(trial.explored.sightings)
                reporting.append_rest(self._report, trial.explored, known)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Explore one test instead of only running it."""
        self._number += 1
        if self._number % self._settings.parts != self._settings.part:
            return True
        hook: Any = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        trial = self._tried(item)
        for each in trial.reports:
            read = item.config.hook.pytest_report_from_serializable
            report = read(config=item.config, data=each)
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        self.trials.append(trial)
        reporting.append(self._report, trial.explored)
        return True

    def _tried(self, item: pytest.Item) -> Trial:
        started = Clock.real_monotonic()
        trial = Trial.of(item, self._folder)
        if not self._has_time():
            trial.explored.state = "unjudged"
            trial.explored.why = "the time ran out"
            return trial
        points = trial.record()
        if points:
            trial.try_new(points, self._novelty, self._has_time)
        trial.explored.seconds = Clock.real_monotonic() - started
        return trial

    def _has_time(self) -> bool:
        return Clock.real_monotonic() < self._ends_at

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what was found, and save tests of it when asked to."""
        explored = [each.explored for each in self.trials]
        reporting.summarise(terminalreporter, explored)
        target = self._config.getoption("--save-test")
        if target:
            from prodwright.probes.faults.saving import save

            terminalreporter.line(save(Path(target), explored))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """What is found fails the run, as a failing test does."""
        seen = (each for trial in self.trials for each in trial.explored.sightings)
        if any(each.level != WEAK for each in seen) and session.exitstatus == 0:
            session.exitstatus = 1
