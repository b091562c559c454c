"""Opening the database: one engine, its pragmas, and its schema brought up to date."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from catalog.errors import BadSetting, Busy, Retry

HEAD: Final = "0002"
"""The newest migration; a test holds it against the migrations folder."""

_WAIT: Final = 30_000


def open_engine(url: str) -> Engine:
    """An engine on the database of that URL, its schema at HEAD.

    Raises:
        BadSetting: the database was made by a newer Hutong, or cannot be opened.
        Busy: another process holds the database for longer than 30 s.
    """
    engine = _made(url)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        _bring_up_to_date(engine)
        undo.pop_all()
    _translate_errors(engine)
    return engine


def _bring_up_to_date(engine: Engine) -> None:
    try:
        _migrate(engine)
    except DBAPIError as error:
        place = engine.url.render_as_string(hide_password=True)
        if "locked" in str(error.orig):
            raise Busy("Another process is changing the database.", place=place) from error
        raise BadSetting(
            f"The database cannot be opened: {error.orig}.",
            place=place,
            hint="Check HUTONG_DATA and HUTONG_DATABASE.",
        ) from error


def _made(url: str) -> Engine:
    """The engine of a URL, the folder of its file made; nothing is opened yet."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(parsed, pool_size=8, max_overflow=32)
    except (ArgumentError, ImportError, OSError) as error:
        raise BadSetting(
            f"There is no way to this database: {error}.",
            place="HUTONG_DATABASE",
            hint="Write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.",
        ) from error


def _translate_errors(engine: Engine) -> None:
    """The one place where what the driver raises becomes an error of ours."""

    @event.listens_for(engine, "handle_error")
    def _(context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if not isinstance(error, OperationalError):
            return
        if "locked" in str(error.orig):
            raise Busy("Another process is changing the database.") from error
        raise Retry(
            "The record store does not answer.",
            place=str(error.orig),
            hint="Check the disk, HUTONG_DATA and HUTONG_DATABASE.",
        ) from error


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own types
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {_WAIT}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "temp_store = MEMORY",
            "wal_autocheckpoint = 8000",
            "cache_size = -65536",
            "mmap_size = 268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def _migrate(engine: Engine) -> None:
    """Bring the schema to HEAD; Alembic is imported only when there is something to do."""
    with engine.connect() as connection:
        version = None
        if inspect(connection).has_table("alembic_version"):
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise BadSetting(
            f"The database is at schema {version}, newer than this program's {HEAD}.",
            hint="Use the Hutong that made it, or restore a backup.",
        )
    from alembic import command  # noqa: PLC0415 - 0.3 s that a running hub does not need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
