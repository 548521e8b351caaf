"""A command that reads a prompt, plays the next list of acts of a script, and ends.

python headless_agent.py SCRIPT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(script: Path) -> int:
    prompt = sys.stdin.read()
    count = script.with_name("count")
    number = int(count.read_text()) if count.exists() else 0
    count.write_text(str(number + 1))
    with script.with_name("notes").open("a") as notes:
        notes.write(json.dumps(["prompt", prompt]) + "\n")
    acts = json.loads(script.read_text())
    for name, *told in acts[min(number, len(acts) - 1)]:
        if name == "put":
            Path(told[0]).parent.mkdir(parents=True, exist_ok=True)
            Path(told[0]).write_text(told[1])
        elif name == "say":
            sys.stdout.write(f"{told[0]}\n")
        elif name == "exit":
            sys.stderr.write("no credit left\n")
            return int(told[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
