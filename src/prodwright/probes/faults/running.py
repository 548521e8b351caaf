"""One run of one test in a forked child: recorded, or with one fault."""

from __future__ import annotations

import gc
import linecache
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.faults import judging, snapshots
from prodwright.probes.faults.children import REST_SIGNAL, Send
from prodwright.probes.faults.leaks import Census
from prodwright.probes.faults.oracles import every
from prodwright.probes.faults.points import event_loops, files, http_answers
from prodwright.probes.faults.points.databases import BOOK
from prodwright.probes.faults.preparing import have_own_folders
from prodwright.probes.faults.recorder import INJECT, OFF, RECORD, RECORDER
from prodwright.probes.faults.secrets import SECRETS
from prodwright.probes.faults.values import MEDIUM, STRONG, WEAK, HangFound, Place, Plan
from prodwright.probes.faults.watching import Watch
from prodwright.probes.postgres import addresses

_LAST_SECONDS = 1.5
_INTERNALS = (
    "Traceback (most recent",
    "sqlite3.",
    "OperationalError",
    "database is locked",
    '.py", line',
    "Errno ",
    "psycopg",
    "IntegrityError",
)


class TestRun:
    """Runs one test once, and again without a fault to see whether it recovers.

    Args:
        item: The test.
        base: What the unfaulted runs showed; None: this is one of them.
        plan: The fault; None: none.
        folder: For its temporary files, empty; the same in each run.
        touched: Further files whose state counts.
    """

    __test__ = False

    def __init__(
        self,
        item: pytest.Item,
        base: judging.Base | None,
        plan: Plan | None,
        folder: str,
        touched: tuple[str, ...] = (),
    ) -> None:
        self._item, self._base, self._plan = item, base, plan
        self._folder, self._touched = folder, touched
        self._watch, self._left = Watch(), judging.Left()
        self._final: snapshots.State = {}
        self._states: list[tuple[int, snapshots.State]] = []
        self._again = False
        self._census = Census()

    def __call__(self, send: Send) -> None:
        """Run in a child that ends afterwards."""
        self._send = send
        self._prepare()
        self._census = Census.take()
        reports = runtestprotocol(self._item, log=False, nextitem=None)
        passed = all(each.passed or each.skipped for each in reports)
        if self._base is not None and RECORDER.injection is not None:
            self._judge(self._base)
        self._look_for_secrets()
        left_over = self._census.left()
        if self._base is not None:
            self._judge_left_over(left_over, self._base)
        send({**self._told(passed, reports), "left_over": dict(left_over)})
        if self._base is None or self._base.repeatable:
            self._repeat()
        send({"done": True})

    def _prepare(self) -> None:
        RECORDER.begin(OFF, self._plan)
        RECORDER.entered, RECORDER.crashing = self._entered, self._crashing
        RECORDER.list_files = lambda: snapshots.names(self._folder)
        config: Any = self._item.config
        config.option.tbstyle = "native" if self._base is None else "no"
        have_own_folders(config, self._folder)
        BOOK.paths |= self._base.databases if self._base else set()
        self._watch.listen()
        signal.signal(REST_SIGNAL, _at_rest)
        config.pluginmanager.register(self, "prodwright-faults-run")

    def _entered(self) -> None:
        """A legal state: that at the start of each call into the code under test."""
        if RECORDER.mode == RECORD:
            state = snapshots.snapshot(self._folder, self._touched)
            self._states.append((RECORDER.entry, state))
        elif RECORDER.injection is not None:
            sys.setprofile(self._watch.profile)

    def _crashing(self) -> None:
        injection = RECORDER.injection
        beside = injection is None or injection.beside
        self._send({"crashed_in": -1 if beside else RECORDER.entry})

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Watch the test itself; fixtures are not faulted."""
        if self._again:
            return (yield)
        self._states = [(-1, snapshots.snapshot(self._folder, self._touched))]
        SECRETS.sniff_environment()
        self._watch.tap()
        RECORDER.mode = INJECT if self._plan else RECORD
        if not self._plan or self._plan.fault == "crash":
            sys.setprofile(self._watch.profile)
        try:
            return (yield)
        except BaseException as error:
            self._left = judging.Left.of(error, RECORDER.origins)
            raise
        finally:
            sys.setprofile(None)
            RECORDER.mode = OFF
            self._watch.untap()
            SECRETS.sniff_environment()
            self._final = snapshots.snapshot(self._folder, self._touched)
            self._break_off()

    def _break_off(self) -> None:
        """After a hang the rest may hang as well: it gets a moment, and no more."""
        if not judging.BROKEN_OFF & {each.kind for each in RECORDER.sightings}:
            return
        seen = [asdict(each) for each in RECORDER.sightings]
        self._send({"sightings": seen, "injected": True, "broken_off": True})
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, _LAST_SECONDS)

    def pytest_warning_recorded(self, warning_message: Any) -> None:
        """Count forgotten resources, and take other warnings for something said."""
        if self._again:
            return
        if issubclass(warning_message.category, ResourceWarning):
            self._census.note(warning_message)
        elif RECORDER.origins.of(warning_message.filename) == "code":
            self._watch.hear(30, str(warning_message.message))

    def _judge(self, base: judging.Base) -> None:
        answers = [(e.status, e.body, e.after_fault) for e in http_answers.RESPONSES]
        untold = base.volatile | snapshots.unreadable(self._final)
        base = replace(base, volatile=untold)
        run = judging.Run(RECORDER, self._watch, self._left, self._final, answers, base)
        for kind, level, says in every.judge(run):
            RECORDER.saw(kind, level, says)

    def _judge_left_over(self, left_over: Any, base: judging.Base) -> None:
        for what, count in left_over.items():
            more = count - base.left_over.get(what, 0)
            if more > 0:
                level = WEAK if what == "daemon thread" else STRONG
                RECORDER.saw("leak", level, f"{more} × {what} is left over")

    def _look_for_secrets(self) -> None:
        texts = [("a log", each.text) for each in self._watch.logs]
        texts += [("an error's message", text) for text in self._left.texts[:1]]
        texts += [("output", text) for text in self._watch.printed]
        responses = [each.body for each in http_answers.RESPONSES if each.after_fault]
        texts += [("an answer", body) for body in responses]
        for where, text in texts:
            self._tell_secret(where, text, STRONG)
        for text in self._left.texts[1:]:
            self._tell_secret("the cause of an error", text, MEDIUM)
        for body in responses:
            found = next((each for each in _INTERNALS if each in body), "")
            if found:
                told = f"an answer tells of internals: {found}"
                RECORDER.saw("internals-in-response", STRONG, told)

    def _tell_secret(self, where: str, text: str, level: str) -> None:
        found = SECRETS.found_in(text)
        if found:
            RECORDER.saw("secret-leak", level, f"{found} stands in {where}")

    def _told(self, passed: bool, reports: Any) -> dict[str, Any]:  # noqa: FBT001
        told: dict[str, Any] = {
            "passed": passed,
            "skipped": any(each.skipped for each in reports),
            "sightings": [asdict(each) for each in RECORDER.sightings],
            "injected": RECORDER.injection is not None,
        }
        if self._base is not None:
            return told
        hook = self._item.config.hook
        serialise = hook.pytest_report_to_serializable
        told["reports"] = [
            serialise(config=self._item.config, report=each) for each in reports
        ]
        told["points"] = [asdict(each) for each in RECORDER.points]
        told["states"], told["final"] = self._states, self._final
        told["touched"] = sorted(
            each for each in files.TOUCHED if not each.startswith(self._folder)
        )
        kept = files.TOUCHED - files.REMOVED
        told["kept"] = [os.path.relpath(each, self._folder) for each in kept]
        told["databases"] = sorted({e for e in BOOK.paths if e})
        told["servers"] = addresses.BOOK.told()
        returns = self._watch.returns
        told["returns"] = [(each.function, each.value) for each in returns]
        return told

    def _repeat(self) -> None:
        """Run the test again: what the fault broke must be whole again."""
        self._again = True
        _forget()
        reports = runtestprotocol(self._item, log=False, nextitem=None)
        failed = [each for each in reports if each.failed]
        why = str(failed[0].longrepr)[-200:] if failed else ""
        self._send({"repeated": not failed, "why": why})


def _forget() -> None:
    RECORDER.begin(OFF)
    http_answers.RESPONSES.clear()
    event_loops.LEFT_TASKS.clear()
    BOOK.known.clear()
    gc.collect(0)


def _at_rest(number: int, frame: FrameType | None) -> None:
    """Our parent sees no processor time used: is it a wait without end?"""
    if not RECORDER.injected or RECORDER.waits_bounded or frame is None:
        return
    call = RECORDER.origins.call_of(frame)
    if call is None or _is_bounded(call.place) or _waits_for_a_child():
        return
    told = "waits here, and nothing will ever wake it"
    RECORDER.saw("no-timeout", STRONG, told, call.place)
    raise HangFound(told)


def _is_bounded(place: Place) -> bool:
    """Tell whether the line itself speaks of a limit; then only time will tell."""
    line = linecache.getline(place.path, place.line)
    return "timeout" in line or "deadline" in line


def _waits_for_a_child() -> bool:
    from prodwright.probes.faults.clock import has_children

    return has_children() and not RECORDER.stalls_a_child
