"""Syntax that is newer than the running interpreter, read all the same.

What is new is replaced by older syntax of the same length, so that every position
stays what it is; the tree is then made to say what was written.
"""

from prodwright.analysis.newer.reading import parse_newer

__all__ = ["parse_newer"]
