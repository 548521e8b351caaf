"""Over the protocol, a person opens the network, and a program does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from golden.conversations import calls, finish, plan
from prodwright.api.opening import Surroundings
from prodwright.mcp.work import Order, build
from tests_support import Quiet, Repository

RUN = "20260101-000000-beef"


@pytest.mark.parametrize(
    ("network", "answers", "hosts"),
    [
        ("api.example.org", {"network": "api.example.org"}, ["api.example.org"]),
        ("", {"network": "evil.example"}, []),
        ("", {}, []),
    ],
    ids=["filled in", "told by a program", "not said"],
)
def test_only_what_a_person_filled_in_opens_the_network(
    repository: Repository,
    tmp_path: Path,
    network: str,
    answers: dict[str, str],
    hosts: list[str],
) -> None:
    git = repository({"README.md": "Rates.\n"})
    script = tmp_path / "script.json"
    script.write_text(json.dumps([plan("All.", "all"), calls(finish("No."))] * 3))
    quiet = Quiet()
    variables = {
        "PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache"),
        "PRODWRIGHT_MODEL": f"scripted:{script}",
    }
    around = Surroundings(
        folder=git.root, variables=variables, progress=quiet, run_id=RUN
    )
    arguments = {"request": "Read the rate.", "into": str(git.root)}
    order = Order(
        tool="build_start",
        folder=str(git.root),
        id=RUN,
        arguments={**arguments, "answers": answers, "network": network},
    )

    document = build(order, around)

    kept = json.loads((tmp_path / "cache" / "allowances" / f"{RUN}.json").read_text())
    assert kept["hosts"] == document["network"]["hosts"] == hosts
    told = any("--allow-host evil.example" in each for each in quiet.told)
    assert told == ("evil.example" in answers.values())
