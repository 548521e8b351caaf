"""Nothing that a repository configures is ever run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prodwright.adapters.branches import Branch
from prodwright.adapters.git import Git
from prodwright.adapters.git_confinement import environment
from tests_support import Repository

AT = "2026-01-02T03:04:05+00:00"
FILES = {".gitattributes": "*.py filter=x diff=x\n", "a.py": "x = 1\n"}


def use(git: Git, place: Path) -> None:
    """Do everything that a run does with a repository."""
    (git.root / "a.py").write_text("x = 2\n")
    git.uncommitted()
    git.changed_since("HEAD")
    worktree = git.add_worktree(place, git.head())
    (worktree.root / "a.py").write_text("x = 3\n")
    commit = worktree.commit_files(["a.py"], "Change", AT)
    git.diff("HEAD", commit)
    git.changed_between("HEAD", commit)
    Branch(git, "prodwright/run").point(commit)
    git.remove_worktree(place)


@pytest.mark.parametrize(
    "key",
    [
        "core.alternateRefsCommand",
        "core.askPass",
        "core.editor",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "diff.x.command",
        "diff.x.textconv",
        "filter.x.clean",
        "filter.x.process",
        "filter.x.smudge",
        "gpg.program",
        "sequence.editor",
    ],
)
def test_a_program_that_the_repository_configures_does_not_run(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path, key: str
) -> None:
    git = repository(FILES)
    git_run(git.root, "config", key, f"touch {tmp_path}/ran; cat")
    git_run(git.root, "config", "commit.gpgSign", "true")
    git_run(git.root, "config", "filter.x.required", "true")

    use(git, tmp_path / "tree")

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("condition", ["include", "includeIf.gitdir:**/worktrees/**"])
def test_a_program_in_an_included_file_does_not_run(
    repository: Repository,
    git_run: Callable[..., str],
    tmp_path: Path,
    condition: str,
) -> None:
    git = repository({".gitattributes": "*.py filter=a=b\n", "a.py": "x = 1\n"})
    more = tmp_path / "more"
    git_run(git.root, "config", "--file", str(more), "filter.a=b.smudge", f"tee {more}")
    before = more.read_bytes()
    git_run(git.root, "config", f"{condition}.path", str(more))

    use(git, tmp_path / "tree")

    assert more.read_bytes() == before


def test_an_object_that_is_missing_is_not_fetched(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path
) -> None:
    git = repository({"a.py": "x = 1\n"})
    blob = git_run(git.root, "rev-parse", "HEAD:a.py")
    (git.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for key, value in {
        "remote.far.url": f"ext::touch {tmp_path}/ran",
        "remote.far.promisor": "true",
        "extensions.partialClone": "far",
        "core.repositoryFormatVersion": "1",
        "protocol.ext.allow": "always",
    }.items():
        git_run(git.root, "config", key, value)

    assert git.read("HEAD", "a.py") is None
    assert not (tmp_path / "ran").exists()


def test_the_repository_cannot_name_another_folder_as_its_files(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path
) -> None:
    git = repository({"a.py": "x = 1\n"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    git_run(git.root, "config", "core.worktree", str(elsewhere))

    git.run("reset", "--quiet", "--hard", "HEAD")

    assert git.uncommitted() == ()
    assert list(elsewhere.iterdir()) == []


def test_hooks_that_stand_in_the_configuration_are_switched_off(
    repository: Repository, git_run: Callable[..., str]
) -> None:
    git = repository({})
    git_run(git.root, "config", "hook.lint.command", "false")
    git_run(git.root, "config", "hook.lint.event", "pre-commit")

    told = environment(git.root, "")

    keys = {told[name]: name for name in told if name.startswith("GIT_CONFIG_KEY")}
    switch = keys["hook.lint.enabled"].replace("KEY", "VALUE")
    assert told[switch] == "false"


def test_a_worktree_on_a_drive_that_is_away_stays_registered(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path
) -> None:
    git = repository({})
    own = tmp_path / "own"
    git_run(git.root, "worktree", "add", "--quiet", "--detach", str(own))
    own.rename(tmp_path / "away")

    use(git, tmp_path / "tree")
    (tmp_path / "away").rename(own)

    assert git_run(own, "status", "--porcelain") == ""


def test_a_path_that_is_not_utf_8_is_listed_as_it_is(repository: Repository) -> None:
    git = repository({})
    (git.root / "\udcff.py").write_text("")

    assert git.changed_since("HEAD") == ("\udcff.py",)
