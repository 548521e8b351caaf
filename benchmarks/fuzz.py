"""What our hostile requests find, beside Schemathesis alone on the same applications.

    python benchmarks/fuzz.py --python ENVIRONMENT/bin/python

The environment needs fastapi, httpx2, pytest and schemathesis. Two applications stand
in `fuzz_apps`: one with a defect in each of fourteen handlers, and its sound twin. Ours
is given what a project has: one test that makes one plain request for each handler.
Schemathesis is given the OpenAPI document, all of its checks and a user's header.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

APPS = Path(__file__).parent / "fuzz_apps"
DEFECTS = {
    "d01": "integer beyond the database",
    "d02": "division by zero",
    "d03": "lone surrogate in the database",
    "d04": "body without a schema",
    "d05": "SQL injection, errors caught",
    "d06": "markup in a page",
    "d07": "path traversal",
    "d08": "shell injection",
    "d09": "open redirect",
    "d10": "password as bare SHA-256",
    "d11": "regular expression without end",
    "d12": "format string",
    "d13": "memory by a number",
    "d14": "one's data with another's credentials",
}
_TEST = """
from {name} import app


def test_plain(prodwright_client):
    users = {{name: {{"authorization": f"Bearer {{name}}"}} for name in ("ann", "bob")}}
    ask = prodwright_client(app, users).request
    ask("GET", "/d01/1")
    ask("GET", "/d02?size=10")
    ask("POST", "/d03", json={{"name": "a", "price": 2.5}})
    ask("POST", "/d04", json={{"name": "a", "price": 2.5}})
    ask("GET", "/d05?q=desk")
    ask("GET", "/d06?name=ann")
    ask("GET", "/d07?name=a.txt")
    ask("GET", "/d08?host=a")
    ask("GET", "/d09?to=/a")
    ask("POST", "/d10", json={{"name": "ann", "password": "hunter22"}})
    ask("GET", "/d11?text=abc")
    ask("GET", "/d12?form=abc")
    ask("GET", "/d13?count=5")
    ask("GET", "/d14/1", user="ann")
"""
_PEER = """
import schemathesis
from hypothesis import settings
from {name} import app

schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@schema.parametrize()
@settings(max_examples={examples}, deadline=None)
def test_api(case):
    case.headers = {{**(case.headers or {{}}), "authorization": "Bearer ann"}}
    case.call_and_validate()
"""


def main() -> int:
    """Run both on both applications, and print what each finds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True)
    parser.add_argument("--examples", type=int, default=300, help="of Schemathesis")
    told = parser.parse_args()
    found: dict[str, dict[str, dict[str, set[str]]]] = {}
    for name in ("shop_bad", "shop_good"):
        with tempfile.TemporaryDirectory() as place:
            shutil.copy(APPS / f"{name}.py", place)
            (Path(place) / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
            ours, seconds = _ours(Path(place), name, told.python)
            print(f"{name}: ours {seconds:.0f} s", end="", flush=True)
            peers, seconds = _peers(Path(place), name, told.python, told.examples)
            print(f", Schemathesis {seconds:.0f} s")
            found[name] = {"ours": ours, "peer": peers}
    _print_bad(found["shop_bad"])
    _print_good(found["shop_good"])
    return 0


def _ours(folder: Path, name: str, python: str) -> tuple[dict[str, set[str]], float]:
    (folder / "test_shop.py").write_text(_TEST.format(name=name))
    started = time.monotonic()
    command = [sys.executable, "-m", "prodwright", "prove", "--stage", "fuzz", "--json"]
    done = subprocess.run(
        [*command, "--python", python],
        cwd=folder,
        env={**os.environ, "PRODWRIGHT_CACHE_DIR": str(folder / ".cache")},
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    found: dict[str, set[str]] = defaultdict(set)
    for each in json.loads(done.stdout)["findings"]:
        if each["severity"] not in ("note",):
            _, _, rest = each["message"].partition(" /")
            found[rest[:3]].add(each["message"].split(": ")[1])
    (folder / "test_shop.py").unlink()
    return found, time.monotonic() - started


def _peers(
    folder: Path, name: str, python: str, examples: int
) -> tuple[dict[str, set[str]], float]:
    text = _PEER.format(name=name, examples=examples)
    (folder / "test_peer.py").write_text(text)
    started = time.monotonic()
    command = [python, "-m", "pytest", "-q", "-p", "no:prodwright", "test_peer.py"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=500
        )
        output = done.stdout
    except subprocess.TimeoutExpired as error:
        output = (error.stdout or b"").decode()
    found: dict[str, set[str]] = defaultdict(set)
    current = ""
    for line in output.splitlines():
        if title := re.match(r"_+ test_api\[\w+ /(d\d\d)", line):
            current = title[1]
        told = re.match(r"E +(?:[\w.]+\.)?(\w+Error): |.*- (ST\d+ [\w -]+)$", line)
        if current and told:
            found[current].add(told[1] or told[2].strip())
    return found, time.monotonic() - started


def _print_bad(found: dict[str, dict[str, set[str]]]) -> None:
    print(f"\n{'planted':40} {'ours':36} Schemathesis")
    for key, title in DEFECTS.items():
        ours = ", ".join(sorted(found["ours"].get(key, ()))) or "-"
        peer = ", ".join(sorted(found["peer"].get(key, ()))) or "-"
        print(f"{key} {title:36} {ours:36} {peer}")


def _print_good(found: dict[str, dict[str, set[str]]]) -> None:
    for who, told in found.items():
        named = [f"{key}: {', '.join(sorted(kinds))}" for key, kinds in told.items()]
        print(f"on the sound twin, {who}: {'; '.join(named) or 'nothing'}")


if __name__ == "__main__":
    sys.exit(main())
