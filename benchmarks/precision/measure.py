"""Runs the hazards over installed packages and states how precise they are.

    python benchmarks/precision/measure.py --packages-in VENV/.../site-packages \
        --only sql-injection --sample 10 --seed 1 django salt

Prints how often each hazard is found. With `--sample` follows a seeded choice of so
many findings of each hazard that nobody has judged yet, with the lines around them;
with `--sample-all`, of so many findings of all hazards as they occur. A person reads
each in its context and adds a line to judgements.jsonl: package, version, path, line,
hazard, right, reason and round. A round is one reading; a hazard that was tightened
is read again on other findings, and its precision is that of its last round.
`--report` prints only those precisions; `--store` keeps the counts in a file.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

from prodwright.adapters.files import python_files, read_source
from prodwright.analysis import Project
from prodwright.core.errors import ProdwrightError
from prodwright.core.finding import Finding
from prodwright.kit import Hazard
from prodwright.kit.judging import judge
from prodwright.practices import find_hazard, load_hazards

JUDGEMENTS = Path(__file__).with_name("judgements.jsonl")
FILES_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of one finding.

    Attributes:
        package: Name of the package's folder.
        version: Of its distribution; empty when it was not known.
        path: Of the file, from the folder that holds the packages.
        line: 1-based.
        hazard: Name of the hazard.
        right: Whether the finding is one that a senior reviewer would make.
        reason: Why, in a line.
        round: Which reading of this hazard it belongs to, from 1 on.
    """

    package: str
    version: str
    path: str
    line: int
    hazard: str
    right: bool
    reason: str
    round: int

    @property
    def place(self) -> tuple[str, int, str]:
        """What finding it is about."""
        return self.path, self.line, self.hazard


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the findings that were read are right."""

    hazard: str
    right: int
    read: int
    round: int

    def __str__(self) -> str:
        share = 100 * self.right / self.read
        return (
            f"{self.hazard:28} {self.right:4} of {self.read:4} right "
            f"{share:6.1f} %   round {self.round}"
        )


def main() -> int:
    """Count, sample and report; return 0."""
    options = _options().parse_args()
    judgements = read_judgements(JUDGEMENTS)
    if not options.report:
        hazards = _chosen(options.only)
        findings = find_all(
            options.packages_in, options.packages, hazards, options.processes
        )
        _print_counts(findings, hazards)
        if options.store:
            store_counts(options.store, options.packages_in, options.packages, findings)
        known = {each.place for each in judgements}
        fresh = [
            each
            for each in findings
            if (each.path, each.line, each.hazard) not in known
        ]
        chosen = [
            *sampled(fresh, options.sample, options.seed),
            *sampled_as_they_occur(fresh, options.sample_all, options.seed),
        ]
        for finding in chosen:
            _print_finding(options.packages_in, finding, options.context)
    for precision in precisions(judgements):
        print(precision)
    return 0


def read_judgements(path: Path) -> list[Judgement]:
    """Return the stored judgements, in the order they were made."""
    lines = path.read_text("utf-8").splitlines()
    return [Judgement(**json.loads(line)) for line in lines]


def precisions(judgements: Sequence[Judgement]) -> list[Precision]:
    """Return each hazard's precision in its last round, the least precise first."""
    by_hazard: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        by_hazard[judgement.hazard].append(judgement)
    found = []
    for hazard, made in by_hazard.items():
        last = max(each.round for each in made)
        read = [each for each in made if each.round == last]
        right = sum(each.right for each in read)
        found.append(Precision(hazard, right, len(read), last))
    return sorted(found, key=lambda each: (each.right / each.read, each.hazard))


def find_all(
    root: Path, packages: Sequence[str], hazards: Sequence[str], processes: int
) -> list[Finding]:
    """Return what `hazards` find in `packages` under `root`, in reading order.

    What only several files together show, and the data flow, is looked for in each
    package as a whole; files that cannot be read are left out.
    """
    loaded = _loaded(hazards)
    together = [each.name for each in loaded if each.check_project or each.flow]
    alone = [each for each in hazards if each not in together]
    batches = []
    for name in packages:
        files = list(python_files(root / name))
        batches += [(root, files, together)] if together else []
        for start in range(0, len(files), FILES_AT_A_TIME):
            batches.append((root, files[start : start + FILES_AT_A_TIME], alone))
    with Pool(processes, maxtasksperchild=20) as pool:
        found = pool.starmap(_find_in, batches, chunksize=1)
    return [finding for batch in found for finding in batch]


def store_counts(
    target: Path, root: Path, packages: Sequence[str], findings: Sequence[Finding]
) -> None:
    """Write to `target` how often each hazard was found in each package.

    Packages that are in it already and were not looked at now are kept.
    """
    known = json.loads(target.read_text("utf-8")) if target.exists() else {}
    for name in packages:
        files = list(python_files(root / name))
        mine = [each for each in findings if each.path.partition("/")[0] == name]
        counts = Counter(each.hazard for each in mine)
        known[name] = {
            "files": len(files),
            "lines": sum(each.read_bytes().count(b"\n") for each in files),
            "found": dict(sorted(counts.items())),
        }
    text = json.dumps(dict(sorted(known.items())), indent=1)
    target.write_text(f"{text}\n", "utf-8")


def sampled(
    findings: Sequence[Finding], most_of_each: int, seed: int
) -> Iterator[Finding]:
    """Yield at most `most_of_each` findings of each hazard, the same for one seed."""
    by_hazard: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda each: each.place):
        by_hazard[finding.hazard].append(finding)
    for hazard in sorted(by_hazard):
        mine = by_hazard[hazard]
        chooser = random.Random(f"{seed} {hazard}")
        yield from chooser.sample(mine, min(most_of_each, len(mine)))


def sampled_as_they_occur(
    findings: Sequence[Finding], most: int, seed: int
) -> list[Finding]:
    """Return at most `most` findings, each as likely as any other."""
    ordered = sorted(findings, key=lambda each: (*each.place, each.hazard))
    return random.Random(str(seed)).sample(ordered, min(most, len(ordered)))


def _find_in(
    root: Path, files: Sequence[Path], hazards: Sequence[str]
) -> list[Finding]:
    sources = []
    for file in files:
        try:
            source = read_source(file, file.relative_to(root).as_posix())
            _ = source.tree
        except ProdwrightError:
            continue
        sources.append(source)
    return judge(Project(sources=tuple(sources)), _loaded(hazards))


def _chosen(names: Sequence[str]) -> list[str]:
    """Return the named hazards, or all that are judged without being named."""
    every = (each.name for each in load_hazards() if not each.preview)
    return list(names or every)


def _loaded(names: Sequence[str]) -> list[Hazard]:
    return [each for each in map(find_hazard, names) if each is not None]


def _print_counts(findings: Sequence[Finding], hazards: Sequence[str]) -> None:
    counts = Counter(each.hazard for each in findings)
    for name in sorted(hazards):
        print(f"{counts[name]:6} {name}")


def _print_finding(root: Path, finding: Finding, context: int) -> None:
    lines = (root / finding.path).read_text("utf-8", errors="replace").splitlines()
    print(f"\n--- {finding.hazard} {finding.path}:{finding.line} {finding.message}")
    first, last = finding.line - context, finding.end_line + context
    for number in range(max(first, 1), min(last, len(lines)) + 1):
        mark = ">" if number == finding.line else " "
        print(f"{mark} {number:5} {lines[number - 1][:140]}")


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser()
    options.add_argument("packages", nargs="*", help="folders of installed packages")
    options.add_argument("--packages-in", type=Path, default=Path(), metavar="FOLDER")
    options.add_argument("--only", action="append", default=[], metavar="HAZARD")
    options.add_argument("--sample", type=int, default=0, metavar="N")
    options.add_argument("--sample-all", type=int, default=0, metavar="N")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--context", type=int, default=4, metavar="LINES")
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--store", type=Path, metavar="FILE", help="keep the counts")
    options.add_argument("--report", action="store_true")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
