"""Does something with a library as soon as it has been imported."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Hook = Callable[[ModuleType], None]


def after_import(hooks: Mapping[str, Hook]) -> None:
    """Call each hook with its module: now if it is imported, else when it is.

    Args:
        hooks: By the module's name.
    """
    sys.meta_path.insert(0, _Watcher(hooks))
    for name, hook in hooks.items():
        if name in sys.modules:
            hook(sys.modules[name])


class _Watcher(MetaPathFinder):
    """Finds what others find, and has the hooks called."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        self._hooks = dict(hooks)
        self._looking: set[str] = set()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname not in self._hooks or fullname in self._looking:
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is not None and spec.loader is not None:
            _after(spec.loader, self._hooks[fullname])
        return spec


def _after(loader: Loader, hook: Hook) -> None:
    """Call `hook` with each module that `loader` has executed."""
    real: Any = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        real(module)
        hook(module)

    loader.exec_module = exec_module  # type: ignore[method-assign]
