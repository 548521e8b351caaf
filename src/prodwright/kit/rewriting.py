"""Applies one hazard's rewrite to one file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from prodwright.analysis import Source
from prodwright.kit._hazard import Hazard, Mended, Mending, Rewrite, Site
from prodwright.kit._importing import with_import
from prodwright.kit.judging import sites_in

# A nested statement has no fixed end in both parsers; its start alone is unique.
_BY_START = (cst.FunctionDef, cst.ClassDef, cst.ExceptHandler, cst.BaseStatement)
Place = tuple[int, int, int, int]


def rewritten(source: Source, hazard: Hazard) -> Source:
    """Return `source` with every mendable site of `hazard` mended.

    Returns:
        `source` itself when nothing is to be mended, or when an expression in it
        is nested too deeply for libcst, which takes several frames per level.
    """
    sites = sites_in(source, hazard)
    if not sites or not isinstance(hazard.repair, Rewrite):
        return source
    try:
        text = _mended_text(source, hazard.repair, sites)
    except RecursionError:
        return source
    return source if text == source.text else replace(source, text=text)


def _mended_text(source: Source, repair: Rewrite, sites: list[Site]) -> str:
    module = cst.parse_module(source.text)
    # A module fresh from the parser has no node twice, so it needs no deep copy.
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    mender = _Mender(source, repair, sites)
    module = wrapper.visit(mender)
    if not mender.mended:
        return source.text
    return _with_imports(module, mender.imports).code


class _Mender(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, source: Source, repair: Rewrite, sites: Iterable[Site]) -> None:
        super().__init__()
        self._source = source
        self._repair = repair
        self._kind: type[cst.CSTNode] = getattr(cst, repair.at)
        self._sites = {_place_of_site(source, each): each for each in sites}
        self._starts = {place[:2]: site for place, site in self._sites.items()}
        self.mended = 0
        self.imports: list[str] = []

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> object:
        left = super().on_leave(original_node, updated_node)
        if not isinstance(original_node, self._kind):
            return left
        site = self._site_at(original_node)
        if site is None:
            return left
        mending = Mending(source=self._source, site=site)
        result = self._repair.mend(updated_node, mending)
        if result is None or not self._can_import(result.imports):
            return left
        return self._accepted(result)

    def _can_import(self, wanted: tuple[str, ...]) -> bool:
        """Nothing in the file may have the name of what would be imported."""
        names = self._source.names
        for each in wanted:
            module, _, name = each.partition(":")
            local = name or module.partition(".")[0]
            whole = f"{module}.{name}" if name else local
            if names.binds(local) or names.imported.get(local, whole) != whole:
                return False
        return True

    def _accepted(self, result: Mended) -> object:
        self.mended += 1
        self.imports.extend(result.imports)
        return result.node

    def _site_at(self, node: cst.CSTNode) -> Site | None:
        span = self.get_metadata(PositionProvider, node)
        start, end = span.start, span.end
        if isinstance(node, _BY_START):
            return self._starts.get((start.line, start.column))
        return self._sites.get((start.line, start.column, end.line, end.column))


def _with_imports(module: cst.Module, wanted: list[str]) -> cst.Module:
    for each in dict.fromkeys(wanted):
        source, _, name = each.partition(":")
        module = with_import(module, source, name or None)
    return module


def _place_of_site(source: Source, site: Site) -> Place:
    node = site.mended or site.node
    end_line = node.end_lineno or node.lineno
    return (
        node.lineno,
        _characters(source, node.lineno, node.col_offset),
        end_line,
        _characters(source, end_line, node.end_col_offset or 0),
    )


def _characters(source: Source, line: int, byte_column: int) -> int:
    """Columns count bytes in `ast` and characters in libcst."""
    text = source.lines[line - 1]
    if text.isascii():
        return byte_column
    return len(text.encode()[:byte_column].decode())
