"""One function while it is followed: its state, and how nodes are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from prodwright.analysis.categories import SLOT_BITS
from prodwright.analysis.dataflow.records import Hit, Inlined, Methods, Summary
from prodwright.analysis.dataflow.trails import Step, Trail, begin, meet
from prodwright.analysis.dataflow.values import Environment, Shape, Value, joined
from prodwright.analysis.ir import CALL, KINDS, Body, Function, Node
from prodwright.analysis.linking import EXTERNAL, LinkedModule, Program, Reference
from prodwright.analysis.models import Models

MOST_STEPS: Final = 200_000  # statements and calls in one pass over one function


class Exhausted(Exception):
    """A function takes more steps than it may."""


HARMLESS: Final[Reference] = (EXTERNAL, "")


class Engine(Protocol):
    """What a frame needs of the whole."""

    program: Program
    models: Models

    def summary(self, function: Reference) -> Summary | None:
        """Return what a function does; None while that is being found out."""

    def inlined(
        self, frame: Frame, function: Reference, arguments: dict[str, Value]
    ) -> Inlined | None:
        """Return what a function does when `frame` calls it with these arguments.

        None when it is under way already, or too many calls deep.
        """

    def global_value(self, key: str, name: str) -> Value | None:
        """Return what a name is at the level of a module; None when it is none."""

    def attribute(self, path: str, name: str) -> tuple[int, Reference | None]:
        """Return the bits and the shape of an attribute of another package's object."""

    def item(self, path: str) -> tuple[int, Reference | None]:
        """Return the bits and the shape of an item of another package's object."""

    def result(self, path: str) -> tuple[int, Reference | None]:
        """Return the bits and the shape of what another package's function returns."""

    def field(self, class_: Reference, name: str) -> tuple[int, Reference | None]:
        """Return the bits and the shape of what annotations or frameworks tell of.

        The shape is `HARMLESS` for a field of a type that does no harm.
        """

    def renamed(self, reference: Reference) -> Reference:
        """Return `reference` under the name that models use."""

    def imports(self, key: str, packages: tuple[str, ...]) -> bool:
        """Tell whether a module imports one of these packages."""

    def matters(self, shape: Shape) -> bool:
        """Tell whether an argument of this shape is worth following a call for."""

    def is_secret(self, name: str) -> bool:
        """Tell whether a variable or field of this name holds a secret."""

    def by_method(self, name: str) -> Methods:
        """Return what is known of methods of this name on unknown objects."""

    def judged(self, frame: Frame, category: str, value: Value) -> None:
        """Note whether everything is known of a value that ends here."""

    def skipped(self, frame: Frame, position: int) -> None:
        """Note a call that a pass over a function does not reach."""

    def report(self, frame: Frame, category: str, value: Value, hit: Hit) -> None:
        """Tell that what comes from outside ends where it hurts."""


class Frame:
    """One function under way.

    Args:
        engine: The whole.
        linked: Its module.
        function: What is followed.
        depth: How many inlined calls it is inside.
    """

    __slots__ = (
        "breaks",
        "continues",
        "depth",
        "derived",
        "engine",
        "function",
        "hits",
        "key",
        "linked",
        "models",
        "path",
        "position",
        "program",
        "result",
        "route",
        "shows",
        "steps",
        "stored",
    )

    def __init__(
        self, engine: Engine, linked: LinkedModule, function: Function, depth: int = 0
    ) -> None:
        self.engine: Final = engine
        self.program: Final = engine.program
        self.models: Final = engine.models
        self.linked: Final = linked
        self.key: Final = linked.module.name
        self.path: Final = linked.path
        self.function: Final = function
        self.depth: Final = depth
        self.position = function.position
        self.result: Value | None = None
        self.hits: dict[tuple[int, str], Hit] = {}
        self.breaks: list[Environment] = []
        self.continues: list[Environment] = []
        self.derived: dict[str, str] = {}  # variable: the one it was made of
        self.stored: set[str] = set()  # attributes that were set on what is unknown
        self.route: str | None = None  # the URL path, where it is always the same
        self.shows: tuple[tuple[str, int], ...] = ()  # where results hurt, with bits
        self.steps = MOST_STEPS

    def evaluate(self, node: Node, environment: Environment) -> Value:
        """Return what is known of an expression; variables it sets are set."""
        value: Value = TABLE[node[0]](self, node, environment)
        return value

    def run(self, body: Body, environment: Environment) -> Environment | None:
        """Follow statements; return what holds after them, None if nothing comes."""
        after: Environment | None = environment
        for at, statement in enumerate(body, start=1):
            self.spend()
            self.position = statement[-1]
            after = TABLE[statement[0]](self, statement, after)
            if after is None:
                self.skip(body[at:])
                return None
        return after

    def skip(self, body: Body) -> None:
        """Note the calls in statements that this pass over the function leaves out.

        A function that is followed for one call alone tells nothing of its others.
        """
        if body and self.depth == 0:
            for position in _calls(body):
                self.engine.skipped(self, position)

    def spend(self) -> None:
        """Count one step.

        Raises:
            Exhausted: There were too many.
        """
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted

    def from_outside(self, value: Value, bits: int, note: str) -> Value:
        """Return `value` with the taint of something that comes from outside here."""
        root = begin(bits, self.path, self.position, note)
        return (value[0] | bits, value[1], value[2], meet(root, value[3]))

    def returns(self, value: Value) -> None:
        """Note that `value` may be the result."""
        self.result = value if self.result is None else joined(self.result, value)

    def step(self, note: str) -> Step:
        """Return the step that happens here."""
        return (self.path, self.position, note)

    def hurts(self, category: str, bit: int, value: Value, callee: str) -> None:
        """Note that `value` ends here where `category` hurts."""
        taint = value[0]
        if taint & bit:
            hit = Hit(self.path, self.position, callee, value[3])
            self.engine.report(self, category, value, hit)
        taint >>= SLOT_BITS
        slot = 1
        while taint:
            if taint & bit and (slot, category) not in self.hits:
                hit = Hit(self.path, self.position, callee, value[3])
                self.hits[slot, category] = hit
            taint >>= SLOT_BITS
            slot += 1

    def hurts_inside(
        self, category: str, bit: int, value: Value, inner: tuple[Step, int, Hit]
    ) -> None:
        """Note that `value` is passed to where `category` hurts."""
        taint, place = value[0], inner[2]
        hit = Hit(place.path, place.position, place.callee, value[3], inner)
        if taint & bit:
            self.engine.report(self, category, value, hit)
        taint >>= SLOT_BITS
        slot = 1
        while taint:
            if taint & bit:
                self.hits.setdefault((slot, category), hit)
            taint >>= SLOT_BITS
            slot += 1


def mixed_trail(one: Value, other: Value) -> Trail | None:
    """Return the trail of what is made of two values."""
    if not other[0]:
        return one[3] if one[0] else None
    return meet(one[3], other[3]) if one[0] else other[3]


def _calls(body: Body) -> Iterator[int]:
    waiting: list[Any] = list(body)
    while waiting:
        node = waiting.pop()
        if node and node[0] == CALL and len(node) == _CALL_LENGTH:
            yield node[-1]
        waiting.extend(each for each in node if isinstance(each, tuple))


_CALL_LENGTH: Final = 5
Handler = Callable[[Frame, Node, Any], Any]


def _missing(_frame: Frame, node: Node, _environment: Any) -> Any:
    raise NotImplementedError(f"kind {node[0]} of node")


# By kind of node. The modules that follow one sort of nodes each enter theirs; they
# call each other through it, since expressions, calls and statements hold each other.
TABLE: Final[list[Handler]] = [_missing] * KINDS
