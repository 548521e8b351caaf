"""What the network refused comes back as a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from prodwright.adapters.sandbox import Completed, Errand, Reaching


@dataclass
class Refusing:
    """Says what it was told to have refused, and remembers errands."""

    refused: tuple[str, ...]
    isolation: str = "scripted"
    opens_hosts: bool = True
    errands: list[Errand] = field(default_factory=list)

    def run(self, errand: Errand) -> Completed:
        self.errands.append(errand)
        return Completed(code=1, output="no\n", timed_out=False, refused=self.refused)


def reaching(*refused: str) -> tuple[Completed, Errand]:
    box = Refusing(refused)
    errand = Errand(command=("x",), folder=Path(), timeout_seconds=1, hosts=("b.org",))
    done = Reaching(box, ("a.org", "b.org")).run(errand)
    return done, box.errands[0]


def test_the_hosts_are_added_to_those_of_the_errand() -> None:
    assert reaching()[1].hosts == ("b.org", "a.org")


def test_what_was_refused_is_told_by_name() -> None:
    done, _ = reaching("x.org:443", "y.org:80 (not a public address)")

    assert done.output.splitlines() == [
        "no",
        "the network refused x.org:443: not among the allowed hosts",
        "the network refused y.org:80 (not a public address)",
    ]


def test_a_flood_of_refusals_is_counted() -> None:
    done, _ = reaching(*(f"h{number}:1" for number in range(13)))

    assert done.output.splitlines()[-1] == "the network refused 3 more"
    assert len(done.output.splitlines()) == 12


def test_output_without_refusals_is_left_as_it_is() -> None:
    assert reaching()[0].output == "no\n"


def test_the_evidence_says_who_could_be_reached() -> None:
    assert Reaching(Refusing(()), ("a.org",)).isolation == "scripted; may reach a.org"
    assert Reaching(Refusing(()), ()).isolation == "scripted"
