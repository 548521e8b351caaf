"""Installs what the tests need, builds the wheel, and judges that wheel.

Needs nothing but Python 3.11 or newer, git and the package registry:

    python3 scripts/verify.py [--nightly]

By night it takes its time: with the tests that show in more ways what others show.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".venv-verify"
LEAST_COVERAGE_PERCENT = 95
# The tests of one file share what they build, so a file stays with one process; the
# longest one begins first (tests/conftest.py). Many wait for others: one process more
# than there are processors keeps these at work.
PROCESSES = str(min((os.cpu_count() or 1) + 1, 4))
BESIDE_EACH_OTHER = ("-n", PROCESSES, "--dist", "loadfile", "--no-loadscope-reorder")
NIGHTLY = "--nightly"


def main() -> int:
    """Run every step; return the first exit code that is not 0."""
    if sys.version_info < (3, 11):  # noqa: UP036 - started by whatever is there
        print("error: Python 3.11 or newer is needed")
        return 2
    unknown = [each for each in sys.argv[1:] if each != NIGHTLY]
    if unknown:
        print(f"error: {unknown[0]!r} is unknown; there is only {NIGHTLY}")
        return 2
    os.chdir(ROOT)
    for title, command in steps(prepare()):
        print(f"== {title}", flush=True)
        code = subprocess.run(command, check=False).returncode
        if code != 0:
            print(f"== {title} failed with exit code {code}")
            return code
    return 0


def prepare() -> Path:
    """Return the folder of programs of a fresh environment with locked packages."""
    venv.create(PLACE, clear=True, with_pip=True, symlinks=os.name == "posix")
    programs = PLACE / "bin"
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    hashes = ["--require-hashes", "--only-binary", ":all:"]
    subprocess.run([*pip, *hashes, "-r", "requirements-dev.lock"], check=True)
    shutil.rmtree("dist", ignore_errors=True)
    build = [str(programs / "python"), "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    wheel = next(Path("dist").glob("*.whl"))
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    return programs


def steps(programs: Path) -> list[tuple[str, list[str]]]:
    """Return what is run, the tests last."""

    def run(name: str, *words: str) -> list[str]:
        return [str(programs / name), *words]

    which = ("-m", "") if NIGHTLY in sys.argv[1:] else ()
    least = f"--fail-under={LEAST_COVERAGE_PERCENT}"
    return [
        ("format", run("ruff", "format", "--check", "--quiet", ".")),
        ("lint", run("ruff", "check", "--quiet", ".")),
        ("types", run("mypy")),
        ("import contracts", run("lint-imports", "--no-cache")),
        ("docs", run("python", "scripts/document_practices.py", "--check")),
        ("our own review", run("prodwright", "review", "src")),
        ("stored readings", run("python", "benchmarks/precision/replay.py")),
        ("erase old coverage", run("coverage", "erase")),
        ("tests", run("coverage", "run", "-m", "pytest", *BESIDE_EACH_OTHER, *which)),
        ("collect coverage", run("coverage", "combine", "--quiet")),
        ("coverage", run("coverage", "report", least, "--skip-covered")),
    ]


if __name__ == "__main__":
    sys.exit(main())
