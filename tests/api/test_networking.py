"""Who can open the network: whoever types it, and no file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from prodwright.adapters.sandbox import Completed, Errand
from prodwright.api.allowing import (
    keep_allowance,
    kept_allowance,
    own_file,
    refuse_unreachable,
)
from prodwright.api.bench import Bench
from prodwright.api.networking import settled_with_network, tell_of_lost
from prodwright.api.opening import Opening, Surroundings, open_in_repository
from prodwright.core.allowance import Allowance
from prodwright.core.errors import RunUnfit, SandboxUnavailable
from prodwright.core.profile import Question
from prodwright.intake.general import NETWORK
from tests_support import Quiet, Repository

PROFILE = '[network]\nvalue = "evil.example"\norigin = "answered"\n'
Opened = Callable[..., tuple[Bench, Quiet]]


@pytest.fixture
def opened(repository: Repository, tmp_path: Path) -> Opened:
    """Return a function that begins a run in a repository with a profile."""

    def make(
        profile: str = "", options: Mapping[str, object] | None = None
    ) -> tuple[Bench, Quiet]:
        files = {".prodwright/profile.toml": profile} if profile else {"a.py": ""}
        quiet = Quiet()
        around = Surroundings(
            folder=repository(files).root,
            variables={"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")},
            progress=quiet,
        )
        opening = Opening(door="build", request="Do it.", options=options or {})
        return open_in_repository(opening, around), quiet

    return make


def answering(text: str) -> Callable[[Question], str | None]:
    return lambda question: text if question.key == NETWORK else None


def test_nobody_is_reached_by_default(opened: Opened) -> None:
    bench, _ = opened()

    profile = settled_with_network(bench, None)

    assert profile.values()[NETWORK] == "none"
    assert bench.allowance == Allowance()


def test_what_a_person_answers_is_allowed_to_this_run(opened: Opened) -> None:
    bench, _ = opened()

    profile = settled_with_network(bench, answering("api.example.org, b.org:1"))

    assert profile.values()[NETWORK] == "api.example.org, b.org:1"
    assert bench.allowance.hosts == ("api.example.org", "b.org:1")


def test_an_option_is_not_asked_again(opened: Opened) -> None:
    bench, _ = opened()
    keep_allowance(bench.variables, bench.record.id, Allowance(hosts=("a.org",)))

    profile = settled_with_network(bench, answering("b.org"))

    assert profile.values()[NETWORK] == "a.org"
    assert bench.allowance.hosts == ("a.org",)


@pytest.mark.parametrize(
    ("profile", "options"),
    [
        (PROFILE, {}),
        ("", {"profile": PROFILE}),
        ("", {"answers": {"network": "evil.example"}}),
        ("", {"engineering": {"allowance": {"hosts": ["evil.example"]}}}),
    ],
    ids=["committed profile", "profile in the record", "answer in it", "option in it"],
)
def test_no_file_of_the_repository_allows_a_host(
    opened: Opened, profile: str, options: dict[str, object]
) -> None:
    bench, quiet = opened(profile, options)

    settled = settled_with_network(bench, None)

    assert bench.allowance.hosts == ()
    assert settled.values()[NETWORK] == "none"
    told = [line for line in quiet.told if "--allow-host evil.example" in line]
    assert len(told) == int("engineering" not in options)


@pytest.mark.parametrize("text", ["not toml [", '[network]\nvalue = "*"\n'])
def test_a_profile_that_asks_for_nonsense_opens_nothing(
    opened: Opened, text: str
) -> None:
    bench, _ = opened(text)

    settled_with_network(bench, None)

    assert bench.allowance.hosts == ()


def test_a_run_whose_allowance_is_lost_says_so(opened: Opened) -> None:
    bench, quiet = opened()
    profile = settled_with_network(bench, answering("a.org"))
    tell_of_lost(bench, profile)
    assert not [line for line in quiet.told if "not kept here any more" in line]
    own_file(bench.variables, "allowances", bench.record.id).unlink()

    tell_of_lost(bench, profile)

    assert [line for line in quiet.told if "not kept here any more" in line]


def test_the_user_alone_can_read_what_is_kept(opened: Opened) -> None:
    bench, _ = opened()
    keep_allowance(bench.variables, bench.record.id, Allowance(hosts=("a.org",)))

    place = own_file(bench.variables, "allowances", bench.record.id)

    assert place.stat().st_mode & 0o077 == 0
    assert not place.is_relative_to(bench.git.root)


@pytest.mark.parametrize("text", ["{", "[]", '{"hosts": ["*"], "gate": 1}', "{}"])
def test_a_damaged_allowance_allows_nothing(tmp_path: Path, text: str) -> None:
    variables = {"PRODWRIGHT_CACHE_DIR": str(tmp_path)}
    place = own_file(variables, "allowances", "20260101-000000-beef")
    place.parent.mkdir()
    place.write_text(text)

    with pytest.raises(RunUnfit, match="cannot be read"):
        kept_allowance(variables, "20260101-000000-beef")


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "20260101-000000-beef/x"])
def test_a_forged_name_of_a_run_leads_nowhere(name: str) -> None:
    with pytest.raises(RunUnfit, match="is no run's name"):
        own_file({"PRODWRIGHT_CACHE_DIR": os.devnull}, "allowances", name)


def test_what_is_kept_says_no_more_than_it_must(opened: Opened) -> None:
    bench, _ = opened()
    keep_allowance(bench.variables, bench.record.id, Allowance(hosts=("a.org",)))

    kept = json.loads(
        own_file(bench.variables, "allowances", bench.record.id).read_text()
    )

    assert kept == {
        "hosts": ["a.org"],
        "gate": False,
        "install": False,
        "paths": [],
    }


@dataclass(frozen=True)
class Closed:
    """A sandbox that opens the network for nobody."""

    isolation: str = "closed"
    opens_hosts: bool = False

    def run(self, errand: Errand) -> Completed:
        raise AssertionError(errand)


def test_a_sandbox_that_cannot_do_it_is_told_of_beforehand() -> None:
    refuse_unreachable((), Closed)

    with pytest.raises(SandboxUnavailable, match=r"for a\.org only: closed"):
        refuse_unreachable(("a.org",), Closed)
