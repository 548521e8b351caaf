"""What reviews remember of each other: in one process, and on a shelf between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prodwright.adapters.own_code import own_fingerprint
from prodwright.adapters.shelves import Shelf, digest
from prodwright.api.own_knowledge import kept_folder
from prodwright.api.reading import Recall
from prodwright.kit import Hazard


@dataclass(frozen=True, slots=True)
class ReviewMemory:
    """What earlier reviews in the same process found out.

    Attributes:
        recalls: By all that a file's record depends on.
    """

    recalls: dict[str, Recall] = field(default_factory=dict)

    def recall(
        self,
        root: Path,
        where: list[str],
        hazards: tuple[Hazard, ...],
        variables: Mapping[str, str] | None,
        *,
        with_concerns: bool,
    ) -> Recall:
        """Return what reads the files of a review.

        Args:
            root: Top of what is reviewed.
            where: What of it.
            hazards: Those that are looked for.
            variables: Environment variables, for the user's cache folder; None: nothing
                is kept there.
            with_concerns: Whether verdicts will be asked for.
        """
        asked = (str(root), where, [each.name for each in hazards], with_concerns)
        found = self.recalls.get(repr(asked))
        if found is None:
            shelf = None if variables is None else _shelf(variables, root, asked)
            found = Recall(hazards=hazards, with_concerns=with_concerns, shelf=shelf)
            self.recalls[repr(asked)] = found
        found.begin()
        return found


def _shelf(
    variables: Mapping[str, str], root: Path, depends_on: object
) -> Shelf | None:
    """Return the shelf of a project; None where none can be kept safely."""
    folder = kept_folder(variables, "reviews", root)
    if folder is None:
        return None
    asked = (str(root.resolve()), own_fingerprint(), depends_on)
    return Shelf(folder, digest(repr(asked).encode()).hex())
