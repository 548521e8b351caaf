"""All that a hazard file may import.

`Hazard` with its `Example`s and its `Rewrite` or `Brief`, `Source` to look
into, `Site` to point with, `Mended` to repair with, and `cst` (libcst, loaded
on first use, because a review that repairs nothing must not pay for it).
"""

from prodwright.analysis import Function, Project, Source, Suppression
from prodwright.analysis.facts import Place, node_at, per_file, place_of
from prodwright.core.finding import Severity
from prodwright.kit._defaults import defaulted_inside, defaults_of
from prodwright.kit._effects import (
    CHANGING,
    OPENERS,
    Call,
    effects_in,
    site_of_way,
    way_told,
)
from prodwright.kit._flow import (
    Loop,
    catches_everything,
    caught_names,
    handler_around,
    has_comment,
    loop_around,
    mentions,
    reraises,
)
from prodwright.kit._hazard import (
    Brief,
    Example,
    Flow,
    Hazard,
    Mended,
    Mending,
    Node,
    Rewrite,
    Scope,
    Site,
)
from prodwright.kit._imports import imports_between, imports_of
from prodwright.kit._lazy_cst import cst
from prodwright.kit._logs import (
    is_run_by_hand,
    is_script,
    keeps_traceback,
    log_calls,
    log_level,
    module_logger,
    standard_logger,
)
from prodwright.kit._origins import comes_from_caller
from prodwright.kit._paths import branches_by_function
from prodwright.kit._renaming import may_rename, renamed
from prodwright.kit._searching import is_found
from prodwright.kit._seeing import lacks_files, own_imports
from prodwright.kit._shapes import (
    argument,
    body_nodes,
    calls_in,
    constant,
    is_generic,
    keyword,
    passed,
    public_name,
    without_keyword,
)
from prodwright.kit._texts import (
    holes_in_context,
    is_literal,
    only_value,
    text_pieces,
    varying_parts,
)
from prodwright.kit._web import (
    Route,
    application_sites,
    applications,
    has_routes,
    routes,
)

__all__ = [
    "CHANGING",
    "OPENERS",
    "Brief",
    "Call",
    "Example",
    "Flow",
    "Function",
    "Hazard",
    "Loop",
    "Mended",
    "Mending",
    "Node",
    "Place",
    "Project",
    "Rewrite",
    "Route",
    "Scope",
    "Severity",
    "Site",
    "Source",
    "Suppression",
    "application_sites",
    "applications",
    "argument",
    "body_nodes",
    "branches_by_function",
    "calls_in",
    "catches_everything",
    "caught_names",
    "comes_from_caller",
    "constant",
    "cst",
    "defaulted_inside",
    "defaults_of",
    "effects_in",
    "handler_around",
    "has_comment",
    "has_routes",
    "holes_in_context",
    "imports_between",
    "imports_of",
    "is_found",
    "is_generic",
    "is_literal",
    "is_run_by_hand",
    "is_script",
    "keeps_traceback",
    "keyword",
    "lacks_files",
    "log_calls",
    "log_level",
    "loop_around",
    "may_rename",
    "mentions",
    "module_logger",
    "node_at",
    "only_value",
    "own_imports",
    "passed",
    "per_file",
    "place_of",
    "public_name",
    "renamed",
    "reraises",
    "routes",
    "site_of_way",
    "standard_logger",
    "text_pieces",
    "varying_parts",
    "way_told",
    "without_keyword",
]
