import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from catalog.errors import BadSetting
from catalog.model import (
    Metric,
    OfferingKind,
    Operation,
    Refusal,
    Report,
    Score,
    Space,
    SpaceKind,
    Visibility,
    record_id,
)
from catalog.store import engine as opening
from catalog.store import rows
from catalog.store.ports import Write
from catalog.store.rows import compress, json, packed
from catalog.store.sql import SqlStore
from catalog.store.tables import metadata

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(opening.open_engine(f"sqlite:///{tmp_path}/s.sqlite"), lambda: NOW)
    yield opened
    opened.close()


def behind_its_back(folder: Path, statement: str) -> None:
    """Change the database of a store as nobody should."""
    engine = create_engine(f"sqlite:///{folder}/s.sqlite")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def write(name: str, said: str = "a", **more: object) -> Write:
    graph = f'<urn:{name}> <urn:p> "{said}" .\n'
    values: dict[str, object] = {
        "id": record_id("yard", f"urn:{name}"),
        "space": "yard",
        "iri": f"urn:{name}",
        "kind": OfferingKind.DATASET,
        "hash": hashlib.sha256(graph.encode()).digest(),
        "digest": b"d" * 32,
        "graph": compress(graph),
        "title": json({"en": name}),
        "visibility": Visibility.PUBLIC,
        "admission": None,
        "source": "one",
        "score": json(Score((Metric("keyword", "findability", 30, 30),))),
        "profiles": "p@1",
        "reports": (packed(Report("p@1", "compiled")),),
    }
    return Write(**(values | more))  # type: ignore[arg-type]


def test_a_write_comes_back_as_it_was(store: SqlStore):
    store.write([write("a", "öffentlich")])
    record = store.record(record_id("yard", "urn:a"))
    assert record is not None
    assert record.graph == '<urn:a> <urn:p> "öffentlich" .\n'
    assert (record.version, record.created, record.score.total) == (1, NOW, 30)


def test_equal_graphs_leave_no_trace_in_the_log(store: SqlStore):
    store.write([write("a")])
    written = store.write([write("a")])
    assert list(written.operations.values()) == [None]
    assert store.last_sequence() == 1


def test_a_changed_graph_is_a_new_version(store: SqlStore):
    store.write([write("a")])
    written = store.write([write("a", "b")])
    record = store.record(record_id("yard", "urn:a"))
    assert list(written.operations.values()) == [Operation.UPDATED]
    assert record is not None
    assert record.version == 2


def test_a_failed_write_leaves_nothing(store: SqlStore):
    twice = [write("a"), write("a")]
    with pytest.raises(Exception, match="UNIQUE"):
        store.write(twice)
    assert store.last_sequence() == 0
    assert store.counts() == {}


def test_changed_rows_break_the_chain_of_the_log(store: SqlStore, tmp_path: Path):
    store.write([write(name) for name in "abc"])
    assert store.verify_log() is None
    behind_its_back(tmp_path, "UPDATE change SET operation = 'deleted' WHERE sequence = 2")
    assert store.verify_log() == 2


def test_a_dropped_row_breaks_the_chain_of_the_log(store: SqlStore, tmp_path: Path):
    store.write([write(name) for name in "abc"])
    behind_its_back(tmp_path, "DELETE FROM change WHERE sequence = 2")
    assert store.verify_log() == 2


def test_equal_states_have_equal_hashes_whatever_the_way(store: SqlStore, tmp_path: Path):
    store.write([write("a"), write("b")])
    store.write([write("a", "x")])
    other = SqlStore(opening.open_engine(f"sqlite:///{tmp_path}/t.sqlite"), lambda: NOW)
    other.write([write("b")])
    other.write([write("a", "x")])
    assert other.state_hash() == store.state_hash()
    other.close()


def test_public_ids_leave_out_what_is_hidden_or_deleted(store: SqlStore):
    store.write([write("a"), write("b", visibility=Visibility.RESTRICTED), write("c")])
    ids = {name: record_id("yard", f"urn:{name}") for name in "abc"}
    store.delete([ids["c"]], "test")
    assert store.public_ids(ids.values()) == {ids["a"]}
    assert sum(store.counts().values()) == 1
    assert sum(store.counts(public=False).values()) == 2


def test_a_later_refusal_takes_the_place_of_the_former(store: SqlStore):
    for message in ("first", "second"):
        store.refuse("yard", "one", [Refusal("urn:a", "bad", message, b"raw")])
    (kept,) = store.refusals("yard")
    assert kept.refusal.message == "second"


def test_a_space_is_kept_whole(store: SqlStore):
    space = Space(id="yard", kind=SpaceKind.PERSONAL, title={"zh": "院子"}, profiles=("tds",))
    store.put_space(space)
    assert store.space("yard") == space
    assert store.spaces() == (space,)


def test_what_urls_answered_is_kept(store: SqlStore):
    store.put_answers({"http://a/": 200, "http://b/": 404, "http://c/": 0})
    assert store.answers(["http://a/", "http://b/", "http://c/", "http://d/"]) == {
        "http://a/": True,
        "http://b/": False,
        "http://c/": False,
    }


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/s.sqlite"
    opening.open_engine(url).dispose()
    behind_its_back(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadSetting, match="newer than this program"):
        opening.open_engine(url)


def test_a_write_leaves_a_withdrawn_record_alone(store):
    store.write([write("a"), write("b")])
    store.delete(_ids("a"), "sold", withdrawn=True)
    store.delete(_ids("b"), "gone")
    written = store.write([write("a", hash=b"2" * 32), write("b", hash=b"2" * 32)])
    assert list(written.operations.values()) == [None, Operation.RESTORED]
    told = store.records(_ids("a", "b"))
    assert [told[one].deleted for one in _ids("a", "b")] == [True, False]
    assert store.verify_log() is None


def test_the_newest_migration_is_the_head():
    folder = Path(opening.__file__).parent / "migrations" / "versions"
    newest = max(file.name for file in folder.glob("v*.py"))
    assert newest.startswith(f"v{opening.HEAD}_")


def test_the_migrations_make_the_tables_as_they_are_declared(tmp_path: Path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = opening.open_engine(f"sqlite:///{tmp_path}/s.sqlite")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_database_of_an_older_schema_is_brought_up_to_date_with_its_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = f"sqlite:///{tmp_path}/s.sqlite"
    monkeypatch.setattr(opening, "HEAD", "0001")
    engine = opening.open_engine(url)
    columns = rows.columns_of(write("a"), 0) | {"version": 1, "created": 0}
    names = ", ".join(columns)
    with engine.begin() as connection:
        marks = ", ".join(f":{name}" for name in columns)
        connection.execute(text(f"INSERT INTO record ({names}) VALUES ({marks})"), columns)
    engine.dispose()
    monkeypatch.undo()
    kept = SqlStore(opening.open_engine(url), lambda: NOW)
    assert kept.records(_ids("a")).keys() == set(_ids("a"))
    assert not kept.known("yard", ["urn:a"])["urn:a"].withdrawn
    kept.close()


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_on_postgresql(table):
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    for index in table.indexes:
        assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))


def test_a_record_shows_the_reports_of_its_own_profiles_only(store):
    other = (packed(Report("q@1", "compiled")),)
    store.write([write("a")])
    store.write(
        [write("a", id=record_id("vault", "urn:a"), space="vault", profiles="q@1", reports=other)]
    )
    told = [store.reports(record) for record in store.records(_ids("a")).values()]
    assert [[report.profile for report in reports] for reports in told] == [["p@1"]]


def test_a_new_verdict_on_who_may_see_is_logged_once(store):
    store.write([write("a"), write("b")])
    verdicts = dict.fromkeys(_ids("a", "b"), Visibility.RESTRICTED)
    first, second = store.rejudge(verdicts), store.rejudge(verdicts)
    assert set(first.operations.values()) == {Operation.CHECKED}
    assert (len(first.operations), len(second.operations)) == (2, 0)
    assert not store.public_ids(_ids("a", "b"))
    assert store.verify_log() is None


def _ids(*names):
    return [record_id("yard", f"urn:{name}") for name in names]
