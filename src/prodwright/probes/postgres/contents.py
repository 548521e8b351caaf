"""What a database holds, as far as a caller would ask, and putting it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prodwright.probes.postgres.addresses import Address

# Names of tables and columns are quoted by the server itself.
# ruff: noqa: S608
from prodwright.probes.postgres.wire import Refused, Row, Session, quoted, session

_MOST_ROWS = 5_000
_LIMITS = "set lock_timeout = '1s'; set statement_timeout = '5s';"
# What is numbered from 16384 on is the user's own.
# Whatever the database makes up by itself is another thing each time, or counts tries:
# keys from sequences (and what refers to them), times, and results of functions.
_COLUMNS = """
with made_up as (
    select c.oid as table_id, a.attnum
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.oid >= 16384 and (
        a.attidentity <> ''
        or a.atttypid in ('timestamp'::regtype, 'timestamptz'::regtype)
        or a.attgenerated = '' and pg_get_expr(d.adbin, d.adrelid) ~ '\\(|CURRENT_'
    )
), referring as (
    select k.conrelid as table_id, unnest(k.conkey) as attnum
    from pg_constraint k join made_up m on m.table_id = k.confrelid
    where k.contype = 'f' and m.attnum = any(k.confkey)
)
select quote_ident(n.nspname) || '.' || quote_ident(c.relname),
       quote_ident(a.attname),
       a.attgenerated <> '',
       exists (select from made_up m where (m.table_id, m.attnum) = (c.oid, a.attnum))
       or exists (
           select from referring r where (r.table_id, r.attnum) = (c.oid, a.attnum)
       )
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.oid >= 16384 and c.relkind in ('r', 'p') and not c.relispartition
  and c.relpersistence <> 't' and n.nspname !~ '^pg_'
order by 1, a.attnum
"""
_SEQUENCES = """
select quote_ident(schemaname) || '.' || quote_ident(sequencename),
       coalesce(last_value, start_value), last_value is not null
from pg_sequences order by 1
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: With its schema, quoted.
        columns: Those that can be written, quoted.
        telling: Those whose values the database does not make up, quoted.
    """

    name: str
    columns: tuple[str, ...]
    telling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """All that can be put back.

    Attributes:
        tables: Each with its rows as text.
        sequences: Statements that set them.
        drawn: The last number of each, by name; 0: it was not asked yet.
    """

    tables: tuple[tuple[Table, tuple[str, ...]], ...]
    sequences: tuple[str, ...]
    drawn: tuple[tuple[str, int], ...]


def told(address: Address) -> dict[str, tuple[str, ...]]:
    """Return by table what a caller would see of its rows, in no order of theirs.

    Raises:
        Refused: The server cannot be asked.
    """
    with session(address) as asked:
        tables = _tables(asked)
        found = asked.rows(_LIMITS + "".join(map(_telling, tables)))
    rows = [tuple(str(each[0]) for each in result) for result in found]
    return {t.name: each for t, each in zip(tables, rows, strict=True)}


def held(address: Address) -> Held:
    """Return all that there is, so that it can be put back.

    Raises:
        Refused: The server cannot be asked, or there is too much.
    """
    with session(address) as asked:
        return _held(asked)


def put_back(address: Address, before: Held) -> None:
    """Make the database hold what it held; what is so already is left alone.

    Raises:
        Refused: Somebody holds its rows, the tables are others, or we may not.
    """
    with session(address) as asked:
        now = _held(asked)
        if [table for table, _ in now.tables] != [table for table, _ in before.tables]:
            raise Refused("the tables are others than before")
        if now == before:
            return
        changed = [
            each
            for each, other in zip(before.tables, now.tables, strict=True)
            if each != other
        ]
        # One message is one transaction; triggers and references keep out of it.
        statements = [_LIMITS, "set session_replication_role = replica;"]
        statements += [f"delete from {table.name};" for table, _ in changed]
        statements += [_inserted(table, rows) for table, rows in changed if rows]
        asked.rows("".join([*statements, *before.sequences]))


def _held(asked: Session) -> Held:
    tables = _tables(asked)
    found = asked.rows(_LIMITS + "".join(map(_whole, tables)))
    rows = [tuple(str(each[0]) for each in result) for result in found]
    if any(len(each) > _MOST_ROWS for each in rows):
        raise Refused("a table has too many rows")
    (sequences,) = asked.rows(_SEQUENCES)
    return Held(
        tuple(zip(tables, rows, strict=True)),
        drawn=_drawn(sequences),
        sequences=tuple(
            f"select setval({quoted(str(name))}, {value}, {called == 't'});"
            for name, value, called in sequences
        ),
    )


def drawn_since(address: Address, before: Held) -> frozenset[int]:
    """Return the numbers that sequences have given since.

    Raises:
        Refused: The server cannot be asked.
    """
    with session(address) as asked:
        (sequences,) = asked.rows(_SEQUENCES)
    known = dict(before.drawn)
    return frozenset(
        number
        for name, last in _drawn(sequences)
        for number in range(
            known.get(name, 0) + 1, min(last, known.get(name, 0) + 99) + 1
        )
    )


def _drawn(sequences: list[Row]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (str(name), int(str(value)) if called == "t" else 0)
        for name, value, called in sequences
    )


def _tables(asked: Session) -> list[Table]:
    (columns,) = asked.rows(_COLUMNS)
    found: dict[str, list[tuple[str, bool, bool]]] = {}
    for name, column, generated, made_up in columns:
        told = (str(column), generated == "t", made_up == "t")
        found.setdefault(str(name), []).append(told)
    return [
        Table(
            name,
            tuple(column for column, generated, _ in each if not generated),
            tuple(column for column, _, made_up in each if not made_up),
        )
        for name, each in found.items()
    ]


def _telling(table: Table) -> str:
    shown = ", ".join(f"x.{each}" for each in table.telling)
    rows = f"select row({shown})::text from {table.name} x"
    return f"{rows} order by 1 limit {_MOST_ROWS};"


def _whole(table: Table) -> str:
    return f"select x::text from {table.name} x order by 1 limit {_MOST_ROWS + 1};"


def _inserted(table: Table, rows: tuple[str, ...]) -> str:
    names = ", ".join(table.columns)
    values = ", ".join(f"(x.row).{each}" for each in table.columns)
    listed = ", ".join(f"({quoted(each)}::{table.name})" for each in rows)
    return (
        f"insert into {table.name} ({names}) overriding system value "
        f"select {values} from (values {listed}) as x(row);"
    )


def lines(address: Address) -> Iterator[str]:
    """Yield all rows as lines, each with its table.

    Raises:
        Refused: The server cannot be asked.
    """
    for name, rows in told(address).items():
        yield from (f"{name} {row}" for row in rows)
