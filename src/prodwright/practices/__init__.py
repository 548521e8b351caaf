"""The 42 practices in seven folders, one file per hazard.

Each folder's docstring holds its practices and their titles; adding a file to a
folder adds a hazard. Nothing is registered anywhere.
"""

from prodwright.practices._catalogue import (
    Practice,
    Principle,
    find_hazard,
    hazard_names,
    hazards_named,
    load_hazards,
    load_practices,
    load_principles,
)
from prodwright.practices._sketches import hazards_of, sketched

__all__ = [
    "Practice",
    "Principle",
    "find_hazard",
    "hazard_names",
    "hazards_named",
    "hazards_of",
    "load_hazards",
    "load_practices",
    "load_principles",
    "sketched",
]
