"""The whole: summaries on demand, modules' variables, and the flows that are found."""

from __future__ import annotations

from prodwright.analysis import ir
from prodwright.analysis.categories import BITS, OBSCURE, everywhere
from prodwright.analysis.dataflow import (
    calls,
    expressions,
    matching,
    repetition,
    statements,
    texts,
)
from prodwright.analysis.dataflow.entries import enter
from prodwright.analysis.dataflow.flows import Flow, Unfollowed, told
from prodwright.analysis.dataflow.frame import MOST_STEPS, Exhausted, Frame
from prodwright.analysis.dataflow.knowledge import Knowledge
from prodwright.analysis.dataflow.records import Hit, Inlined, Summary
from prodwright.analysis.dataflow.values import (
    CLEAN,
    DARK,
    ENTRIES,
    ITEMS,
    UNKNOWN,
    Environment,
    Value,
    obscured,
    plain,
    shaped,
)
from prodwright.analysis.ir import Body
from prodwright.analysis.linking import (
    EXTERNAL,
    FUNCTION,
    VARIABLE,
    Program,
    Reference,
)
from prodwright.analysis.models import Models

_MOST_INLINED = 3  # calls inside calls that are followed for one call alone
_MOST_NESTED = 60  # summaries that wait for each other
# Imported for what they enter in TABLE.
_EVALUATORS = (calls, expressions, matching, repetition, statements, texts)


class DataFlow(Knowledge):
    """Follows the functions of a program.

    Args:
        program: The linked modules.
        models: What is known of other packages.
    """

    def __init__(self, program: Program, models: Models) -> None:
        super().__init__(program, models)
        self.flows: dict[tuple[str, int, str], Flow] = {}
        self.unfollowed: list[Unfollowed] = []
        self.harmless: set[tuple[str, int, str]] = set()
        self.harmful: set[tuple[str, int, str]] = set()  # or not known to be harmless
        self.unreached: set[tuple[str, int]] = set()
        self.summaries: dict[Reference, Summary | None] = {}
        self._under_way: list[Reference] = []
        self._globals: dict[tuple[str, str], Value | None] = {}
        self._variables: dict[str, Environment] = {}
        self._declared: dict[str, frozenset[str]] = {}

    def summary(self, function: Reference) -> Summary | None:
        """Return what a function does; None while that is being found out."""
        if function in self.summaries:
            return self.summaries[function]
        if function in self._under_way or len(self._under_way) >= _MOST_NESTED:
            return None
        self._under_way.append(function)
        try:
            made = self._followed(function)
        finally:
            self._under_way.pop()
        self.summaries[function] = made
        return made

    def _followed(self, function: Reference) -> Summary | None:
        linked = self.program.modules[function[1]]
        record = linked.function(function[2])
        frame = Frame(self, linked, record)
        try:
            after = frame.run(record.body, enter(frame))
        except Exhausted:
            self._give_up(frame, "it takes too many steps")
            return Summary(DARK, {})
        except RecursionError:
            self._give_up(frame, "it is nested too deeply")
            return Summary(DARK, {})
        if record.name == ir.MODULE_BODY:
            self._variables[function[1]] = after or {}
        return Summary(frame.result or CLEAN, frame.hits)

    def _give_up(self, frame: Frame, reason: str) -> None:
        unfollowed = Unfollowed(
            path=frame.path,
            function=frame.function.name,
            reason=reason,
        )
        self.unfollowed.append(unfollowed)

    def inlined(
        self, frame: Frame, function: Reference, arguments: dict[str, Value]
    ) -> Inlined | None:
        """Return what a function does when `frame` calls it with these arguments."""
        if frame.depth >= _MOST_INLINED or function in self._under_way:
            return None
        linked = self.program.modules[function[1]]
        record = linked.function(function[2])
        inner = Frame(self, linked, record, frame.depth + 1)
        inner.steps = frame.steps
        environment = {
            each[0]: arguments.get(each[0], DARK) for each in record.parameters
        }
        self._under_way.append(function)
        try:
            inner.run(record.body, environment)
        finally:
            self._under_way.pop()
            frame.steps = min(inner.steps, MOST_STEPS)
        return Inlined(inner.result or CLEAN, inner.hits, environment)

    def global_value(self, key: str, name: str) -> Value | None:
        """Return what a name is at the level of a module; None when it is none."""
        asked = (key, name)
        if asked in self._globals:
            return self._globals[asked]
        found = self.program.name_in(key, name)
        if found is None:
            value = None
        elif found[0] == VARIABLE:
            value = self._variable(found[1], found[2])
            if value is None:
                return DARK  # asked for while its module is under way
        else:
            value = shaped(self.renamed(found))
        self._globals[asked] = value
        return value

    def _variable(self, key: str, name: str) -> Value | None:
        body = (FUNCTION, key, 0)
        if key not in self._variables:
            if body in self._under_way:
                return None
            self.summary(body)
        value = self._variables.get(key, {}).get(name, DARK)
        return _as_global(value, is_fixed=name not in self._reassigned(key))

    def _reassigned(self, key: str) -> frozenset[str]:
        """Return the variables that functions of a module declare `global`."""
        known = self._declared.get(key)
        if known is None:
            functions = self.program.modules[key].module.functions[1:]
            names = (name for each in functions for name in _declared(each.body))
            known = self._declared[key] = frozenset(names)
        return known

    def judged(self, frame: Frame, category: str, value: Value) -> None:
        """Note whether everything is known of a value that ends here."""
        place = (frame.path, frame.position, category)
        may_hurt = value[0] & everywhere(BITS[category] | OBSCURE)
        (self.harmful if may_hurt else self.harmless).add(place)

    def skipped(self, frame: Frame, position: int) -> None:
        """Note a call that a pass over a function does not reach."""
        self.unreached.add((frame.path, position))

    def report(self, frame: Frame, category: str, value: Value, hit: Hit) -> None:
        """Keep a flow; of several to one place, the shortest."""
        del frame
        flow = told(category, BITS[category], value, hit)
        known = self.flows.get(flow.key)
        if known is None or len(flow.steps) < len(known.steps):
            self.flows[flow.key] = flow


def _as_global(value: Value, *, is_fixed: bool) -> Value:
    """Return a module's variable as its functions see it, whenever they run."""
    if not is_fixed:
        return obscured(plain(value[0], value[3]))
    shape = value[2]
    if shape is not None and shape[0] in (ITEMS, ENTRIES) and not shape[1]:
        return obscured(plain(value[0], value[3]))  # it is there to be filled
    if shape is not None and shape[0] == EXTERNAL:
        return (value[0], UNKNOWN, shape, value[3])
    return value


def _declared(body: Body) -> list[str]:
    names: list[str] = []
    waiting = list(body)
    while waiting:
        statement = waiting.pop()
        if statement[0] == ir.OUTER:
            names.extend(statement[1])
        elif statement[0] in (ir.IF, ir.FOR, ir.WHILE, ir.TRY, ir.WITH):
            for part in statement:
                if isinstance(part, tuple) and part and isinstance(part[0], tuple):
                    waiting.extend(each for each in part if isinstance(each[0], int))
    return names
