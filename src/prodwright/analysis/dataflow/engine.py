"""The whole: summaries on demand, modules' variables, and the flows that are found."""

from __future__ import annotations

from collections.abc import Callable

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
from prodwright.analysis.dataflow.earlier import Earlier
from prodwright.analysis.dataflow.entries import enter
from prodwright.analysis.dataflow.flows import Unfollowed, told
from prodwright.analysis.dataflow.frame import MOST_STEPS, Exhausted, Frame
from prodwright.analysis.dataflow.knowledge import Knowledge
from prodwright.analysis.dataflow.records import Hit, Inlined, Summary
from prodwright.analysis.dataflow.traces import (
    GLOBAL,
    INLINED,
    SUMMARY,
    Recalled,
    Request,
    Trace,
    same,
)
from prodwright.analysis.dataflow.values import (
    CLEAN,
    DARK,
    ENTRIES,
    ITEMS,
    UNKNOWN,
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
    lookups,
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
        earlier: Traces of an earlier version of the program, by node; each is taken
            over where it still holds.
    """

    def __init__(
        self,
        program: Program,
        models: Models,
        earlier: Earlier | None = None,
    ) -> None:
        super().__init__(program, models)
        self.traces: dict[Reference, Trace | Recalled] = {}
        self._earlier = earlier or Earlier({}, frozenset())
        self._unchanged: set[Reference] = set()
        self._trace = Trace()
        self._under_way: list[Reference] = []
        self._inside: tuple[Reference, ...] = ()  # followed for one call of this node
        self._declared: dict[str, frozenset[str]] = {}

    def summary(self, function: Reference) -> Summary | None:
        """Return what a function does; None while that is being found out."""
        trace = self._asked(function)
        request = (SUMMARY, function, self._inside, trace is not None)
        self._trace.requests[request] = None
        return None if trace is None else trace.summary

    def _asked(self, function: Reference) -> Trace | Recalled | None:
        known = self.traces.get(function)
        if known is not None:
            return known
        if function in self._under_way or len(self._under_way) >= _MOST_NESTED:
            return None
        self._under_way.append(function)
        try:
            trace = self._recalled(function) or self._worked_out(
                function, lambda: self._follow(function)
            )
        finally:
            self._under_way.pop()
        self.traces[function] = trace
        return trace

    def _worked_out(self, node: Reference, work: Callable[[], object]) -> Trace:
        """Return the trace of working out a node."""
        noted = self.program.lookups
        around = self._trace, self._inside, noted.under_way
        trace = self._trace = Trace()
        self._inside, noted.under_way = (), set()
        try:
            work()
            trace.lookups = frozenset(noted.under_way)
        finally:
            self._trace, self._inside, noted.under_way = around
        before = self._earlier.trace(node)
        if before is not None and same(before.result, trace.result):
            self._unchanged.add(node)
        return trace

    def _recalled(self, node: Reference) -> Recalled | None:
        """Return the earlier trace of a node, if it still holds."""
        before = self._earlier.standing(node)
        if before is None:
            return None
        around = self._trace, self._inside
        self._trace, self._inside = Trace(), ()
        try:
            holds = all(self._holds(each) for each in before.requests)
        finally:
            self._trace, self._inside = around
        if holds:
            self._unchanged.add(node)
        return before if holds else None

    def _holds(self, request: Request) -> bool:
        """Make a request again; tell whether it is answered as it was."""
        sort, node, inside, answered = request
        self._under_way.extend(inside)
        try:
            if sort == INLINED:
                return (node not in self._under_way) == answered
            if sort == SUMMARY:
                got = self._asked(node) is not None
            else:
                got = self._global(node) is not None
        finally:
            del self._under_way[len(self._under_way) - len(inside) :]
        return got == answered and (not got or node in self._unchanged)

    def _follow(self, function: Reference) -> None:
        linked = self.program.modules[function[1]]
        self.program.lookups.note(lookups.MODULE, function[1])
        record = linked.function(function[2])
        frame = Frame(self, linked, record)
        trace = self._trace
        try:
            after = frame.run(record.body, enter(frame))
        except Exhausted:
            self._give_up(frame, "it takes too many steps")
            return
        except RecursionError:
            self._give_up(frame, "it is nested too deeply")
            return
        if record.name == ir.MODULE_BODY:
            trace.variables = after or {}
        trace.summary = Summary(frame.result or CLEAN, frame.hits)

    def _give_up(self, frame: Frame, reason: str) -> None:
        unfollowed = Unfollowed(
            path=frame.path,
            function=frame.function.name,
            reason=reason,
        )
        self._trace.effects.unfollowed = unfollowed
        self._trace.summary = Summary(DARK, {})

    def inlined(
        self, frame: Frame, function: Reference, arguments: dict[str, Value]
    ) -> Inlined | None:
        """Return what a function does when `frame` calls it with these arguments."""
        if frame.depth >= _MOST_INLINED:
            return None
        is_free = function not in self._under_way
        self._trace.requests[INLINED, function, self._inside, is_free] = None
        if not is_free:
            return None
        self.program.lookups.note(lookups.MODULE, function[1])
        linked = self.program.modules[function[1]]
        record = linked.function(function[2])
        inner = Frame(self, linked, record, frame.depth + 1)
        inner.steps = frame.steps
        environment = {
            each[0]: arguments.get(each[0], DARK) for each in record.parameters
        }
        self._under_way.append(function)
        around, self._inside = self._inside, (*self._inside, function)
        try:
            inner.run(record.body, environment)
        finally:
            self._under_way.pop()
            self._inside = around
            frame.steps = min(inner.steps, MOST_STEPS)
        return Inlined(inner.result or CLEAN, inner.hits, environment)

    def global_value(self, key: str, name: str) -> Value | None:
        """Return what a name is at the level of a module; None when it is none."""
        trace = self._global((VARIABLE, key, name))
        request = (GLOBAL, (VARIABLE, key, name), self._inside, trace is not None)
        self._trace.requests[request] = None
        return DARK if trace is None else trace.value

    def _global(self, node: Reference) -> Trace | Recalled | None:
        """Return the trace of a name of a module; None while that is under way."""
        known = self.traces.get(node)
        if known is not None:
            return known
        recalled = self._recalled(node)
        if recalled is not None:
            self.traces[node] = recalled
            return recalled
        settled: list[bool] = []
        trace = self._worked_out(node, lambda: settled.append(self._look_up(node)))
        if not settled[0]:
            self.program.lookups.under_way.update(trace.lookups)
            return None
        self.traces[node] = trace
        return trace

    def _look_up(self, node: Reference) -> bool:
        """Find out what a name is; return False when its module is under way."""
        found = self.program.name_in(node[1], node[2])
        if found is None:
            return True
        if found[0] != VARIABLE:
            self._trace.value = shaped(self.renamed(found))
            return True
        self._trace.value = self._variable(found[1], found[2])
        return self._trace.value is not None

    def _variable(self, key: str, name: str) -> Value | None:
        body = (FUNCTION, key, 0)
        self.summary(body)
        trace = self.traces.get(body)
        if trace is None and body in self._under_way:
            return None
        variables = (trace and trace.variables) or {}
        value = variables.get(name, DARK)
        return _as_global(value, is_fixed=name not in self._reassigned(key))

    def _reassigned(self, key: str) -> frozenset[str]:
        """Return the variables that functions of a module declare `global`."""
        self.program.lookups.note(lookups.MODULE, key)
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
        trace = self._trace.effects
        (trace.harmful if may_hurt else trace.harmless).add(place)

    def skipped(self, frame: Frame, position: int) -> None:
        """Note a call that a pass over a function does not reach."""
        self._trace.effects.unreached.add((frame.path, position))

    def report(self, frame: Frame, category: str, value: Value, hit: Hit) -> None:
        """Keep a flow."""
        del frame
        self._trace.effects.flows.append(told(category, BITS[category], value, hit))


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
