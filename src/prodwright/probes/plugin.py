"""The pytest plugin: without one of its options it costs an import of these lines."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator

import pytest

_GROUP = "prodwright"
SETTINGS = "PRODWRIGHT_FAULTS_SETTINGS"  # set by the gate, for itself
TOLD = pytest.StashKey[object]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the fault exploration."""
    group = parser.getgroup(_GROUP, "faults injected into the code under test")
    group.addoption(
        "--prodwright-faults",
        action="store_true",
        help="run each test again for each fault that its code could meet",
    )
    group.addoption(
        "--prodwright-fault",
        metavar="FAULT",
        action="append",
        default=[],
        help="replay one fault, e.g. 'http@shop/pay.py:charge#1=status-503'; "
        "may be given several times",
    )
    group.addoption(
        "--prodwright-code",
        metavar="PATHS",
        default="",
        help="files and folders under test, separated by commas; else everything "
        "below the root but its tests",
    )
    group.addoption(
        "--prodwright-budget",
        metavar="SECONDS",
        type=float,
        default=600.0,
        help="stop trying faults after so long; 0: try them all (default: 600)",
    )
    group.addoption(
        "--prodwright-report",
        metavar="FILE",
        default="",
        help="append what each test showed, one line of JSON for each",
    )
    group.addoption(
        "--save-test",
        metavar="FILE",
        default="",
        help="save what was found as regression tests",
    )
    group.addoption(
        "--prodwright-races",
        action="store_true",
        help="make the calls of each test at once, in every order that matters",
    )
    group.addoption(
        "--prodwright-race",
        metavar="RACE",
        default="",
        help="replay one race, e.g. 'shop/stock.py: take twice=0,0,1'",
    )
    group.addoption(
        "--prodwright-fuzz",
        action="store_true",
        help="put hostile requests where tests put theirs to an application",
    )
    group.addoption(
        "--prodwright-hostile",
        metavar="CASE",
        default="",
        help="replay one hostile request, e.g. 'POST /items~body.name:nul'",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Take the gate's settings away, and put what we need in place of what there is.

    Both before any file of the project is imported: with `from time import sleep` it
    would keep what there was before.
    """
    if SETTINGS in os.environ:
        from prodwright.probes.sealing import taken_settings

        early_config.stash[TOLD] = taken_settings(SETTINGS)
    named = early_config.known_args_namespace
    asked = ("prodwright_faults", "prodwright_fault")
    races = ("prodwright_races", "prodwright_race")
    is_asked = early_config.stash.get(TOLD, None) or _any(named, asked)
    if _any(named, ("prodwright_fuzz", "prodwright_hostile")):
        return
    if _any(named, races):
        from prodwright.probes.races import locks, servers

        locks.install()
        servers.install()
    elif is_asked:
        from prodwright.probes.faults.points.installing import install

        install()


def _any(named: argparse.Namespace, options: Iterable[str]) -> bool:
    return any(getattr(named, each, None) for each in options)


def pytest_configure(config: pytest.Config) -> None:
    """Begin when it was asked for, but not in the process that only hands out tests."""
    if config.getoption("--prodwright-fuzz") or config.getoption(
        "--prodwright-hostile"
    ):
        from prodwright.probes.fuzz import plugin as fuzz_plugin

        fuzz_plugin.begin(config)
        return
    if config.getoption("--prodwright-races") or config.getoption("--prodwright-race"):
        from prodwright.probes.races import plugin

        plugin.begin(config)
        return
    asked = config.getoption("--prodwright-faults")
    asked = asked or config.getoption("--prodwright-fault")
    asked = asked or config.stash.get(TOLD, None)
    if not asked or config.pluginmanager.hasplugin("prodwright-faults"):
        return
    from prodwright.probes.faults.exploring import begin

    begin(config, config.stash.get(TOLD, None))


@pytest.fixture(name="prodwright_client")
def _prodwright_client() -> Iterator[Callable[..., object]]:
    """Return a function that makes a client for an ASGI or WSGI application."""
    from prodwright.probes.fuzz.driving import clients

    with clients() as client:
        yield client


@pytest.fixture(name="prodwright_replay")
def _prodwright_replay(request: pytest.FixtureRequest) -> object:
    """Return a function that replays one fault and fails when it is found again."""
    from prodwright.probes.faults.saving import Replay

    return Replay(request.config.rootpath)
