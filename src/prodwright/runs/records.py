"""The folder of one run, and all runs of a repository."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prodwright.adapters.files import refusal, storage_errors, write_atomically
from prodwright.core.errors import PathRefused, RunUnfit, UnknownName

HOME = Path(".prodwright") / "runs"
_DOORS = frozenset({"build", "harden"})
_CREATES = frozenset({"", "checkout", "folder", "repository"})
_FORMS = {
    "id": re.compile(r"[0-9a-z-]+"),
    "base": re.compile(r"|[0-9a-f]{40}|[0-9a-f]{64}"),
    "branch": re.compile(r"|[^-\s\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What a run was started with; never changed afterwards.

    Attributes:
        id: Sorts by time of creation.
        door: `build` or `harden`.
        created_at: In UTC, ISO 8601.
        request: What was asked for.
        options: Everything else that was asked for, as JSON values.
        base: Commit that HEAD was at; empty when the run creates the repository.
        branch: Branch HEAD was on; empty when detached.
        creates: What the run creates around its work: `folder`, `repository`,
            `checkout` (of a branch in a repository without files) or nothing.
    """

    id: str
    door: str
    created_at: str
    request: str
    options: Mapping[str, object] = field(default_factory=dict)
    base: str = ""
    branch: str = ""
    creates: str = ""

    @property
    def delivery_branch(self) -> str:
        """Name of the branch that the run delivers."""
        return f"prodwright/{self.id}"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run keeps what it knows.

    Attributes:
        root: Top folder of the repository.
        id: Of the run.
    """

    root: Path
    id: str

    @property
    def path(self) -> Path:
        """The run's own folder."""
        return self.root / HOME / self.id

    @property
    def tree(self) -> Path:
        """Worktree the engineer writes in."""
        return self.path / "tree"

    @property
    def base_tree(self) -> Path:
        """Worktree of the commit the run started from."""
        return self.path / "base"

    @property
    def scratch(self) -> Path:
        """Copies that foreign code may spoil."""
        return self.path / "scratch"

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.path / "journal.jsonl"

    @property
    def evidence(self) -> Path:
        """The evidence's folder."""
        return self.path / "evidence"

    @property
    def desk(self) -> Path:
        """Where a model or an agent writes: files, and no repository."""
        return self.path / "desk"

    @property
    def conversation(self) -> Path:
        """What a model answered and its tools did, one line each."""
        return self.path / "conversation.jsonl"

    @property
    def clock(self) -> Path:
        """How long the run has taken, in seconds."""
        return self.path / "clock.json"

    @property
    def undone(self) -> Path:
        """The file that says that the run was taken back."""
        return self.path / "undone"

    @property
    def is_undone(self) -> bool:
        """Whether the run was taken back."""
        return self.undone.exists()

    def record(self) -> RunRecord:
        """Return what the run was started with.

        A repository may hold a record of its own making: only what `create` can
        have written is taken for one.

        Raises:
            RunUnfit: The record is damaged.
        """
        try:
            return _checked(json.loads((self.path / "run.json").read_bytes()), self.id)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise RunUnfit(
                f"run {self.id} is damaged: {error}",
                hint=f"delete {HOME / self.id} and the branch prodwright/{self.id}",
            ) from error

    def create(self, record: RunRecord) -> None:
        """Begin the run on disk; `.prodwright/runs` ignores itself in git.

        Raises:
            PathRefused: The repository's folder may not be written to.
            StorageFailed: The disk is full.
        """
        home = _home(self.root)
        with storage_errors(home):
            home.mkdir(parents=True, exist_ok=True)
            self.path.mkdir()
        ignore = home / ".gitignore"
        if not ignore.exists():
            write_atomically(ignore, b"*\n")
        content = json.dumps(asdict(record), indent=1).encode()
        write_atomically(self.path / "run.json", content)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run for this process.

        Raises:
            RunUnfit: Another process works on it.
        """
        try:
            handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise refusal(error, self.path) from error
        try:
            _lock(handle, self.id)
            yield
        finally:
            os.close(handle)


def new_run_id(now: datetime | None = None) -> str:
    """Return an identifier that sorts by time: date, time and four random digits."""
    at = now or datetime.now(tz=UTC)
    return f"{at:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def list_runs(root: Path) -> tuple[RunFolder, ...]:
    """Return the runs of the repository at `root`, oldest first.

    Raises:
        PathRefused: The folder of runs leads out of the repository.
    """
    home = _home(root)
    if not home.is_dir():
        return ()
    with storage_errors(home):
        found = [each for each in home.iterdir() if _is_run(each)]
    return tuple(RunFolder(root, each.name) for each in sorted(found))


def find_run(root: Path, run_id: str) -> RunFolder:
    """Return the run called `run_id`; any unique beginning of its name will do.

    Raises:
        UnknownName: No run, or more than one, is called so.
    """
    runs = list_runs(root)
    meant = [each for each in runs if each.id == run_id]
    meant = meant or [each for each in runs if run_id and each.id.startswith(run_id)]
    if len(meant) != 1:
        raise UnknownName("run", run_id, known=tuple(each.id for each in runs))
    return meant[0]


def _home(root: Path) -> Path:
    """Refuse a symbolic link: what is written and removed in there is ours."""
    home = root / HOME
    for place in (home.parent, home):
        if place.is_symlink():
            raise PathRefused(
                f"{place} is a symbolic link", hint="replace it by a folder"
            )
    return home


def _is_run(folder: Path) -> bool:
    return (folder / "run.json").exists() and not folder.is_symlink()


def _checked(fields: Mapping[str, object], run_id: str) -> RunRecord:
    record = RunRecord(**fields)  # type: ignore[arg-type]
    for name, value in asdict(record).items():
        if not isinstance(value, dict if name == "options" else str):
            raise TypeError(f"{name} = {value!r}")
    allowed = {"id": {run_id}, "door": _DOORS, "creates": _CREATES}
    for name, values in allowed.items():
        if fields.get(name, "") not in values:
            raise ValueError(f"{name} = {fields.get(name)!r}")
    if record.creates in ("folder", "repository") and (
        record.door != "build" or record.base
    ):
        raise ValueError(f"creates = {record.creates!r}")
    for name, form in _FORMS.items():
        if not form.fullmatch(str(getattr(record, name))):
            raise ValueError(f"{name} = {getattr(record, name)!r}")
    datetime.fromisoformat(record.created_at)
    return record


def _lock(handle: int, run_id: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RunUnfit(
            f"run {run_id} is under way in another process",
            hint="wait for it or stop it first",
        ) from error
