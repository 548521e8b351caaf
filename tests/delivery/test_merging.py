"""Our part in files of others: added once, the rest untouched, damage refused."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable

import pytest

from prodwright.core.errors import ConfigurationInvalid
from prodwright.delivery.integrations import NAMES, merging, pieces

SERVER = {"command": "prodwright", "args": ["mcp"]}
HOOKS = "- repo: local\n  hooks:\n    - id: prodwright-changed\n"
TABLE = '[mcp_servers.prodwright]\ncommand = "prodwright"\n'


def entry(present: str) -> str:
    keys = ("mcpServers", "prodwright")
    return merging.with_entry(present, "it", keys=keys, value=SERVER)


def item(present: str) -> str:
    hook = {"hooks": [{"type": "command", "command": "prodwright hook stop"}]}
    keys = ("hooks", "Stop")
    return merging.with_item(present, "it", keys=keys, item=hook, telling="hook stop")


def table(present: str) -> str:
    keys = ("mcp_servers", "prodwright")
    return merging.with_table(present, "it", keys=keys, table=TABLE)


def section(present: str) -> str:
    return merging.with_section(present, "it", section="## Ours\n\nwords\n")


def hooks(present: str) -> str:
    return merging.with_hooks(present, "it", hooks=HOOKS)


EVERY = (entry, item, table, section, hooks)


@pytest.mark.parametrize("merge", EVERY)
@pytest.mark.parametrize("present", ["", "\n"])
def test_an_empty_file_gets_all_of_it_and_keeps_it(
    merge: Callable[[str], str], present: str
) -> None:
    first = merge(present)

    assert "prodwright" in first
    assert merge(first) == first


@pytest.mark.parametrize(
    ("merge", "present"),
    [
        (table, '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "y"'),
        (section, "# Mine\n\ntext without end"),
        (hooks, "repos:\n- repo: mine\n  hooks: []\n\nfail_fast: true\n"),
        (hooks, "fail_fast: true\nrepos:  # all\n  - repo: mine\n    rev: v1\n"),
    ],
)
def test_every_line_that_was_there_stays_in_its_order(
    merge: Callable[[str], str], present: str
) -> None:
    merged = merge(present)
    left = iter(merged.splitlines())

    assert merged != present
    assert all(line in left for line in present.splitlines())
    assert merge(merged) == merged


@pytest.mark.parametrize(
    ("merge", "path"), [(entry, ("mcpServers",)), (item, ("hooks", "Stop"))]
)
def test_json_differs_in_our_part_only(
    merge: Callable[[str], str], path: tuple[str, ...]
) -> None:
    before = {
        "hooks": {"Stop": [{"hooks": []}], "Start": []},
        "mcpServers": {"other": {"command": "x"}},
        "number": 1.5,
    }

    merged = merge(json.dumps(before))

    after = place = json.loads(merged)
    for key in path:
        place = place[key]
    del place["prodwright" if isinstance(place, dict) else -1]
    assert after == before
    assert merge(merged) == merged


def test_json_keeps_its_keys_its_indent_and_its_letters() -> None:
    merged = entry('{\n\t"é": 1,\n\t"mcpServers": {"other": {}}\n}\n')

    assert merged.startswith('{\n\t"é": 1,\n')
    assert list(json.loads(merged)["mcpServers"]) == ["other", "prodwright"]


def test_what_somebody_configured_under_our_name_stays() -> None:
    own = '{"mcpServers": {"prodwright": {"command": "mine"}}}'

    assert entry(own) == own
    assert table('mcp_servers.prodwright.command = "mine"\n').count("prodwright") == 1


def test_hooks_stand_beside_their_neighbours_whatever_the_indent() -> None:
    flush = hooks("repos:\n- repo: mine\n  hooks: []\n\n# end\nfail_fast: true\n")
    deep = hooks("repos:\n    - repo: mine\n      rev: v1")

    assert flush == (
        "repos:\n- repo: mine\n  hooks: []\n- repo: local\n  hooks:\n"
        "    - id: prodwright-changed\n\n# end\nfail_fast: true\n"
    )
    assert "\n    - repo: local\n      hooks:\n        - id: " in deep


def test_a_section_between_our_markers_is_brought_up_to_date() -> None:
    old = f"# Mine\n\n{merging.BEGIN}\nold\n{merging.END}\n\n# Also mine\n"

    merged = section(old)

    assert "old" not in merged
    assert merged.startswith("# Mine\n")
    assert merged.endswith(f"words\n{merging.END}\n\n# Also mine\n")


def test_windows_line_ends_stay_everywhere() -> None:
    for merge, present in (
        (section, "# Mine\r\n"),
        (table, 'model = "x"\r\n'),
        (hooks, "repos:\r\n  - repo: mine\r\n"),
        (entry, '{\r\n  "a": 1\r\n}\r\n'),
    ):
        merged = merge(present)

        assert merged.count("\r\n") == merged.count("\n") > 3
        assert merge(merged) == merged


def test_toml_is_toml_afterwards() -> None:
    merged = tomllib.loads(table("[mcp_servers.other]\ncommand = 'x'\n"))

    assert set(merged["mcp_servers"]) == {"other", "prodwright"}


@pytest.mark.parametrize(
    ("merge", "present", "told"),
    [
        (entry, "{", "not valid JSON"),
        (entry, "// comments\n{}", "not valid JSON"),
        (entry, "[]", "no JSON object"),
        (entry, '{"mcpServers": []}', "mcpServers is no object"),
        (item, '{"hooks": {"Stop": {}}}', "hooks.Stop is no list"),
        (item, '{"hooks": 3}', "hooks is no object"),
        (table, "= 3", "not valid TOML"),
        (table, "mcp_servers = {}", "not valid TOML"),
        (table, "mcp_servers = 3", "not valid TOML"),
        (section, f"{merging.BEGIN} and no end", "once each"),
        (section, f"{merging.END}{merging.BEGIN}", "once each"),
        (section, f"{merging.BEGIN}{merging.END}" * 2, "once each"),
        (hooks, "repos: []\n", "no list `repos:`"),
        (hooks, "fail_fast: true\n", "no list `repos:`"),
        (hooks, "repos:\nfail_fast: true\n", "no entry"),
    ],
)
def test_what_cannot_be_merged_with_is_refused(
    merge: Callable[[str], str], present: str, told: str
) -> None:
    with pytest.raises(ConfigurationInvalid, match=f"it: .*{told}") as refused:
        merge(present)

    assert "nothing was written" in refused.value.hint


@pytest.mark.parametrize("name", NAMES)
def test_each_integration_says_how_to_find_us(name: str) -> None:
    for piece in pieces(name, persona="---\nname: x\n---\nwho it is", version="1.2.3"):
        text = piece.merge("", piece.path)

        assert "prodwright" in text
        assert "@VERSION@" not in text
        assert "@PERSONA@" not in text
        assert not piece.path.startswith("/")
