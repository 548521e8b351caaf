"""Holds every stored judgement against the hazards as they are now.

    python benchmarks/precision/replay.py            what is small, as CI does
    python benchmarks/precision/replay.py --all      every package, some hundred MB

The wheels that were judged are fetched from the package registry, never installed,
and only the judged files are looked at. A false alarm that is back is an error, unless
its hazard is a preview; a right finding that is gone is told. What only a whole project
shows is left to `measure.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import JUDGEMENTS, Judgement, precisions, read_judgements

from prodwright.adapters.files import decode
from prodwright.analysis import Source
from prodwright.core.errors import ProdwrightError
from prodwright.kit import Hazard, Severity
from prodwright.kit.judging import sites_in
from prodwright.practices import find_hazard

# Pure wheels of a few MB each; with them about a third of all judgements.
SMALL = (
    "celery",
    "flask",
    "jinja2",
    "kombu",
    "langchain_community",
    "ldap3",
    "mitmproxy",
    "prompt_toolkit",
    "sqlfluff",
)
# Distributions that are not called as their package is.
_DISTRIBUTIONS = {
    "airflow": "apache-airflow-core",
    "ansible_collections": "ansible",
    "beetsplug": "beets",
    "bench": "frappe-bench",
    "libcloud": "apache-libcloud",
    "mesonbuild": "meson",
    "sky": "skypilot",
    "superset": "apache-superset",
    "synapse": "synapse",
}
LEAST_PRECISION = 0.9  # the rule of the design: below, a hazard is a preview
_DOWNLOAD_SECONDS = 300
Outcome = tuple[str, Judgement]


def main() -> int:
    """Replay, report, and return 1 when a false alarm is back."""
    options = _options().parse_args()
    by_package: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for judgement in read_judgements(JUDGEMENTS):
        if judgement.version and (options.all or judgement.package in SMALL):
            by_package[judgement.package, judgement.version].append(judgement)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        for (package, version), judgements in sorted(by_package.items()):
            wheel = _fetched(package, version, Path(folder))
            outcomes += replayed(wheel, judgements) if wheel else ()
    return _reported(outcomes)


def replayed(wheel: Path, judgements: Sequence[Judgement]) -> Iterator[Outcome]:
    """Yield what became of each judgement of the files in `wheel`."""
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
        for judgement in judgements:
            hazard = _hazard(judgement.hazard)
            if hazard is None or hazard.check is None or judgement.path not in names:
                yield "not replayed", judgement
                continue
            flagged = _flagged(content.read(judgement.path), judgement, hazard)
            yield _outcome(judgement, hazard, flagged=flagged), judgement


def _hazard(name: str) -> Hazard | None:
    try:
        return find_hazard(name)
    except ProdwrightError:
        return None


def _flagged(content: bytes, judgement: Judgement, hazard: Hazard) -> bool:
    text = decode(content, judgement.path)
    source = Source(path=judgement.path, text=text)
    return any(
        site.node.lineno == judgement.line and site.severity is not Severity.NOTE
        for site in sites_in(source, hazard)
    )


def _outcome(judgement: Judgement, hazard: Hazard, *, flagged: bool) -> str:
    if judgement.right:
        return "right, and found" if flagged else "right, and not found any more"
    if not flagged:
        return "wrong, and gone"
    if hazard.preview:
        return "wrong, in a preview"
    return "wrong, and counted" if _is_counted(judgement) else "wrong, and still there"


def _is_counted(judgement: Judgement) -> bool:
    """It belongs to the last reading of its hazard, which holds all the same."""
    last = {each.hazard: each for each in precisions(read_judgements(JUDGEMENTS))}
    precision = last[judgement.hazard]
    share = precision.right / precision.read
    return judgement.round == precision.round and share >= LEAST_PRECISION


def _fetched(package: str, version: str, folder: Path) -> Path | None:
    name = _DISTRIBUTIONS.get(package, package)
    place = folder / package
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(place), f"{name}=={version}"]
    done = subprocess.run(command, check=False, timeout=_DOWNLOAD_SECONDS)
    if done.returncode != 0:
        print(f"{name}=={version} cannot be fetched: its judgements are not replayed")
        return None
    return next(place.glob("*.whl"), None)


def _reported(outcomes: Sequence[Outcome]) -> int:
    for told, count in sorted(Counter(told for told, _ in outcomes).items()):
        print(f"{count:5} {told}")
    back = [each for told, each in outcomes if told == "wrong, and still there"]
    for each in back:
        print(f"false alarm: {each.path}:{each.line} {each.hazard}: {each.reason}")
    found = sum(told == "right, and found" for told, _ in outcomes)
    if not found:
        print("nothing that is right was found: the replay itself does not work")
    return 1 if back or not found else 0


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser()
    options.add_argument("--all", action="store_true", help="every package")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
