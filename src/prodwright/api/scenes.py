"""What a review is asked for, and which files it then looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from prodwright.adapters.files import Unjudged, read_source
from prodwright.analysis import Project, Source
from prodwright.api.baselines import Baseline
from prodwright.api.comparing import as_of, with_context
from prodwright.api.own_knowledge import OwnKnowledge
from prodwright.api.reading import Recall
from prodwright.api.review_memory import ReviewMemory
from prodwright.api.selecting import (
    changed_paths,
    read_as_context,
    repository_at,
    select_files,
)
from prodwright.core.finding import Finding, Severity
from prodwright.core.settings import Settings
from prodwright.kit import Hazard
from prodwright.kit.judging import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """What to review.

    Attributes:
        paths: Files and folders; empty means the current folder.
        folder: The current folder.
        environment: Environment variables.
        base: Revision to compare with; None reviews everything.
        only: Hazards, practices or principles to judge; empty: as configured.
        skip: Likewise, to leave out.
        fail_on: Severity from which on findings fail; None: as configured.
        with_verdicts: Whether to work out a verdict for each module.
        confined: Whether symbolic links that lead out of `folder` are left out.
        baseline: File with the findings that are known; None: as configured.
        tells_entries: Whether a library's own parameters count as sources, too.
        heeds_baseline: Whether findings that are known are left out.
        memory: Of earlier reviews of the same; None: there were none.
        keeps: Whether what is found out is kept in the user's cache for the next time.
        jobs: How many processes judge files, when there are many; at least 1.
    """

    paths: Sequence[Path]
    folder: Path
    environment: Mapping[str, str]
    base: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fail_on: Severity | None = None
    with_verdicts: bool = False
    confined: bool = False
    baseline: Path | None = None
    heeds_baseline: bool = True
    tells_entries: bool = False
    memory: ReviewMemory | None = None
    keeps: bool = False
    jobs: int = 1


class Terms(NamedTuple):
    """What a review goes by.

    Attributes:
        request: As it was asked for.
        root: Top of what is reviewed.
        settings: As configured and asked for.
        hazards: Those that are looked for.
        others: Patterns of names of files that are no Python and are judged, too.
        known: What is left out.
        itself: What is known of this installation.
    """

    request: ReviewRequest
    root: Path
    settings: Settings
    hazards: tuple[Hazard, ...]
    others: tuple[str, ...]
    known: Baseline
    itself: OwnKnowledge


class Scene(NamedTuple):
    """What a review looks at.

    Attributes:
        project: All that is looked at.
        chosen: Those of its files that are judged.
        unjudged: Files that could not be, and why.
        local: Paths of those that are judged one by one; None: all are.
        before: What was found before the change.
    """

    project: Project
    chosen: tuple[Source, ...]
    unjudged: tuple[Unjudged, ...]
    local: frozenset[str] | None = None
    before: tuple[Finding, ...] = ()


def scene(terms: Terms, recall: Recall | None) -> Scene:
    """Return what a review looks at.

    Args:
        terms: What it goes by.
        recall: Reads the files of which something is known; None: nothing is.

    Raises:
        InputError: A path cannot be reviewed.
    """
    request, root, settings = terms.request, terms.root, terms.settings
    paths = request.paths or [request.folder]
    within = request.folder if request.confined else None
    select = partial(
        select_files, root=root, settings=settings, within=within, others=terms.others
    )
    read = read_source if recall is None else recall.read
    prepare = None if recall is None else recall.prepare
    if request.base is None:
        found = select(paths, read=read, prepare=prepare)
        sources = found.project.sources
        return Scene(project=found.project, chosen=sources, unjudged=found.unjudged)
    changed = changed_paths(root, request.base)
    found = select(paths, among=changed, read=read)
    sources = found.project.sources
    local = frozenset(each.path for each in sources)
    read = read_as_context if recall is None else recall.read_as_context
    around = select([root], read=read, prepare=prepare)
    whole = with_context(found.project, around.project)
    git = repository_at(root)
    differing = frozenset((*changed, *git.deleted_since(request.base)))
    earlier = as_of(whole, git, request.base, differing, terms.others)
    if recall is not None:
        earlier = replace(earlier, following=recall.follow_beside)
    return Scene(
        project=whole,
        chosen=sources,
        unjudged=found.unjudged,
        local=local,
        before=tuple(judge(earlier, terms.hazards, differing)),
    )
