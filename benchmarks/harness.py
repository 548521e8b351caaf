"""What the harness itself costs per model call, in CPU milliseconds.

    python benchmarks/harness.py --calls 200

A scripted model answers at once and calls one tool each time, so that all time is the
harness's: rendering the request, remembering the answer, carrying the call out,
masking secrets, keeping the files' state. The same script is run with no call to tell
the start-up apart. CPU time of the process and of all its children.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))

from kills import git  # noqa: E402

from golden.conversations import SERVICE, calls, finish, plan  # noqa: E402

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "read_file": ("read_file", {"path": "shop/orders.py"}),
    "note_decision": ("note_decision", {"text": "Amounts are whole cents."}),
    "write_file": ("write_file", {"path": "notes.txt", "content": "x\\n"}),
    "search": ("search", {"pattern": "def "}),
}


def main() -> int:
    """Print the cost of each kind of call."""
    options = argparse.ArgumentParser()
    options.add_argument("--calls", type=int, default=200)
    chosen = options.parse_args()
    bare = cpu_seconds("read_file", 0)
    print(f"without a call: {bare:.2f} s CPU")
    for kind in KINDS:
        used = cpu_seconds(kind, chosen.calls) - bare
        each = 1_000 * used / chosen.calls
        print(f"{kind:14} {each:6.1f} ms CPU per model call, {chosen.calls} calls")
    return 0


def cpu_seconds(kind: str, count: int) -> float:
    """Return the CPU time of a run with `count` calls that differ from each other."""
    name, arguments = KINDS[kind]
    changing = {"read_file": "first", "note_decision": "text", "write_file": "content"}
    script = [plan("All.", "all")]
    for number in range(count):
        told = dict(arguments)
        if kind == "read_file":
            told["first"] = 1 + number % 19
        elif kind in changing:
            told[changing[kind]] = f"{number}\\n"
        else:
            told["pattern"] = f"def {number}|add"
        script.append(calls((name, told)))
    script += [calls(finish("Nothing.", blocked="the benchmark is over"))]
    with tempfile.TemporaryDirectory(prefix="prodwright-harness-") as place:
        return _timed(Path(place), script)


def _timed(place: Path, script: list[dict[str, Any]]) -> float:
    folder = place / "project"
    for path, text in SERVICE.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    (place / "script.json").write_text(json.dumps(script))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "prodwright", "build", "Measure.", "--yes"]
    command += ["--model", f"scripted:{place / 'script.json'}", "--engineer", "model"]
    command += ["--python", sys.executable, "--max-requests", "2000"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 4:  # blocked, as the script says
        sys.exit(done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
