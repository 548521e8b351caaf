"""Which hosts a user can name."""

from __future__ import annotations

import re

import pytest

from prodwright.core.allowance import (
    HOSTS_PATTERN,
    MOST_HOSTS,
    Allowance,
    hosts_in,
    valid_hosts,
)
from prodwright.core.errors import ConfigurationInvalid
from prodwright.intake.general import QUESTIONS
from prodwright.intake.questions import MOST_QUESTIONS


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("", ()),
        ("none", ()),
        ("API.Example.org", ("api.example.org",)),
        ("a.org, b.org:8443 c_d.org", ("a.org", "b.org:8443", "c_d.org")),
        ("a.org,a.org", ("a.org",)),
        ("127.0.0.1:8080", ("127.0.0.1:8080",)),
        ("[::1]:443, [2001:db8::1]", ("[::1]:443", "[2001:db8::1]")),
    ],
)
def test_hosts_are_named_one_by_one(text: str, hosts: tuple[str, ...]) -> None:
    assert hosts_in(text) == hosts
    assert not text or re.fullmatch(HOSTS_PATTERN, text)


@pytest.mark.parametrize(
    "text",
    [
        *("*", "*.example.org", "https://example.org", "user@host", "a.org/path"),
        *("a.org:0", "a.org:70000", "a.org:", "::1", "none, a.org", "-option", "."),
        *("a\x1b[2Jb.org", "b\u00fccher.example", "a.org;b.org", "x" * 300),
    ],
)
def test_what_is_no_host_is_named_in_the_refusal(text: str) -> None:
    with pytest.raises(ConfigurationInvalid, match="names no host"):
        hosts_in(text)


def test_nobody_can_name_a_world_of_hosts() -> None:
    many = [f"h{number}.org" for number in range(MOST_HOSTS + 1)]

    with pytest.raises(ConfigurationInvalid, match="51 hosts are more than 50"):
        valid_hosts(many)


def test_the_gate_is_left_out_unless_it_is_named() -> None:
    assert Allowance(hosts=("a.org",)).gate_hosts == ()
    assert Allowance(hosts=("a.org",), gate=True).gate_hosts == ("a.org",)


def test_whoever_writes_is_told_that_the_gate_has_no_network() -> None:
    (told,) = Allowance(hosts=("a.org",)).criteria()

    assert "pass without a network" in told
    assert Allowance(hosts=("a.org",), gate=True).criteria() == ()


def test_no_more_is_asked_than_six_questions() -> None:
    assert len(QUESTIONS) <= MOST_QUESTIONS
