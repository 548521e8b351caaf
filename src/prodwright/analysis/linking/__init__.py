"""Names across files: imports, classes with their bases, and what calls call."""

from prodwright.analysis.linking import answers, lookups
from prodwright.analysis.linking.briefs import Brief, brief
from prodwright.analysis.linking.modules import LinkedModule
from prodwright.analysis.linking.program import Program
from prodwright.analysis.linking.references import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    VARIABLE,
    Reference,
)

__all__ = [
    "CLASS",
    "EXTERNAL",
    "FUNCTION",
    "VARIABLE",
    "Brief",
    "LinkedModule",
    "Program",
    "Reference",
    "answers",
    "brief",
    "lookups",
]
