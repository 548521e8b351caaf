"""All that a hazard file may import.

`Hazard` with its `Example`s and its `Rewrite` or `Brief`, `Source` to look
into, `Site` to point with, `Mended` to repair with, and `cst` (libcst, loaded
on first use, because a review that repairs nothing must not pay for it).
"""

from prodwright.analysis import Function, Project, Source, Suppression
from prodwright.core.finding import Severity
from prodwright.kit._hazard import (
    Brief,
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Scope,
    Site,
)
from prodwright.kit._lazy_cst import cst
from prodwright.kit._shapes import (
    argument,
    body_nodes,
    calls_in,
    constant,
    is_generic,
    keyword,
    public_name,
    without_keyword,
)

__all__ = [
    "Brief",
    "Example",
    "Function",
    "Hazard",
    "Mended",
    "Mending",
    "Project",
    "Rewrite",
    "Scope",
    "Severity",
    "Site",
    "Source",
    "Suppression",
    "argument",
    "body_nodes",
    "calls_in",
    "constant",
    "cst",
    "is_generic",
    "keyword",
    "public_name",
    "without_keyword",
]
