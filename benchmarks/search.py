"""How fast a reader is answered over HTTP, and how fast the index is made: `search.py --records N`.

Records are recombined from real portals (`recombine.py`), projected and indexed by the product's
own code, and served by `hutong serve`. The same questions are then put to the engine bare: every
call into Tantivy that the product makes for a question is made again and timed by itself.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

import vocabularies.registry
from benchmarks import ingest, machine, recombine
from benchmarks.questions import Asked, questions
from catalog.bootstrap import open_hub
from catalog.model import Visibility
from catalog.search.filters import choices_of_pairs
from catalog.search.ports import Document, Question
from catalog.search.tantivy import TantivyIndex
from catalog.settings import Settings
from catalog.store.ports import Write
from catalog.views import COMMIT, Entries, project
from vocabularies.own import Own

FACETS: Final = ("space", "kind", "theme", "format", "publisher", "licence", "quality", "year")
LIMIT: Final = 20
_CHUNK: Final = 500
_WARM: Final = 60
_NOTE: Final = "benchmark.json"
"""What says, in a data folder, that its index was finished, and how fast."""

Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--data", type=Path, help="an index to make, or to use again, here")
    asked = parser.parse_args()
    folder = asked.data or Path(tempfile.mkdtemp(prefix="hutong-bench-"))
    before = machine.facts("tantivy", "uvicorn", "fastapi")
    try:
        made = made_before(folder, asked.records) or build(folder, asked.records)
        mix = questions(asked.queries)
        print(
            json.dumps(
                {
                    "benchmark": "search",
                    "records": asked.records,
                    "facets": len(FACETS),
                    "build": made,
                    "index_bytes": ingest.size(folder / "search"),
                    **compared(served(folder, mix, asked.clients), bare(folder, mix)),
                    "machine": before | {"load_after": round(os.getloadavg()[0], 2)},
                },
                ensure_ascii=False,
            )
        )
    finally:
        if asked.data is None:
            shutil.rmtree(folder)


# making the index


def made_before(folder: Path, count: int) -> Figures | None:
    """The figures of an index of so many records that was finished in this folder earlier.

    None for an empty folder, or one that is not there. What holds anything else is not touched.
    """
    noted = folder / _NOTE
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    made: Figures = json.loads(noted.read_text(encoding="utf-8")) if noted.is_file() else {}
    if made.get("records") != count:
        raise SystemExit(f"{folder} holds no finished index of {count} records: name another one.")
    return made


def build(folder: Path, count: int) -> Figures:
    """Make and commit so many records: their documents in worker processes, the rest here."""
    began = time.perf_counter()
    indexing = 0.0
    with open_hub(Settings(data=folder, log_level="error")) as hub:
        for space in recombine.SPACES:
            hub.store.put_space(space)
        waiting = 0
        for documents in _documents(count):
            last = hub.store.write([_write(d) for d in documents]).last
            started = time.perf_counter()
            hub.search.put(documents)
            waiting += len(documents)
            if waiting >= COMMIT:
                hub.search.commit(last)
                waiting = 0
            indexing += time.perf_counter() - started
        started = time.perf_counter()
        hub.search.commit(hub.store.last_sequence())
        hub.search.release()
        indexing += time.perf_counter() - started
    seconds = time.perf_counter() - began
    made: Figures = {
        "records": count,
        "seconds": round(seconds, 1),
        "records_per_second": round(count / seconds, 1),
        "indexing_seconds": round(indexing, 1),
        "indexed_per_second": round(count / indexing, 1),
    }
    (folder / _NOTE).write_text(json.dumps(made), encoding="utf-8")
    return made


def _documents(count: int) -> Iterator[tuple[Document, ...]]:
    """The documents of all records, in order, as worker processes finish them."""
    recombine.sources()
    starts = range(0, count, _CHUNK)
    chunks = [(start, min(start + _CHUNK, count)) for start in starts]
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        yield from pool.imap(_projected, chunks)


def _projected(chunk: tuple[int, int]) -> tuple[Document, ...]:
    return project(Entries(Own(), recombine.entries(*chunk)))


def _write(document: Document) -> Write:
    """A row that says that the record is there and public; its graph is not asked for here."""
    return Write(
        id=document.id, space=document.space, iri=document.iri,
        kind=recombine.kind_of(document.iri), hash=document.id.encode(), digest=b"",
        graph=b"", title="{}", visibility=Visibility.PUBLIC, admission=None, source="bench",
        score='{"metrics":[]}', profiles="", reports=(),
    )  # fmt: skip


# asking the server


def served(folder: Path, mix: Sequence[Asked], clients: int) -> Figures:
    """What clients of a running server wait."""
    with _Server(folder) as server:
        for asked in mix[:_WARM]:
            server.ask(asked)
        waits = [timed(partial(server.ask, asked)) for asked in mix]
        everybody = _together(server, mix, clients)
        memory = server.memory()
    by_kind: dict[str, list[float]] = {}
    for asked, wait in zip(mix, waits, strict=True):
        by_kind.setdefault(asked.kind, []).append(wait)
    return {
        "one_client": figures(waits) | {"queries": len(waits)},
        "by_kind": {kind: figures(found) for kind, found in sorted(by_kind.items())},
        "clients": {"count": clients, **everybody},
        "server": memory,
        "waits": waits,
    }


def _together(server: "_Server", mix: Sequence[Asked], clients: int) -> Figures:
    """All questions once, shared by clients that ask without a pause."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        waits = list(pool.map(lambda one: timed(partial(server.ask, one)), mix))
    seconds = time.perf_counter() - began
    return {"queries_per_second": round(len(mix) / seconds, 1), **figures(waits)}


class _Server:
    """`hutong serve` in a process of its own, on a free port of the loopback."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self._local = threading.local()
        environment = os.environ | {"HUTONG_DATA": str(folder), "HUTONG_LOG_LEVEL": "error"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "serve", "--port", str(self.port)],
            env=environment, cwd=Path(__file__).parents[1], stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> Self:
        for _ in range(300):
            try:
                self.get("/readyz")
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise SystemExit("The server did not start.")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def ask(self, asked: Asked) -> bytes:
        pairs = [("q", asked.text), ("limit", LIMIT), ("facets", ",".join(FACETS)), *asked.filters]
        return self.get(f"/api/v1/search?{urlencode(pairs)}")

    def get(self, path: str) -> bytes:
        """The body of an answer, over a connection that each thread keeps."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._local.connection = connection
        try:
            connection.request("GET", path, headers={"Accept": "application/json"})
            response = connection.getresponse()
            body: bytes = response.read()
        except OSError:
            connection.close()
            raise
        if response.status != http.client.OK:
            raise SystemExit(f"{response.status} for {path}: {body[:500]!r}")
        return body

    def memory(self) -> Figures:
        """The largest resident size so far, and what of it now is not pages of files."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        found = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith("kB")}
        return {
            "peak_mib": round(int(found["VmHWM"]) / 1024, 1),
            "anonymous_mib": round(int(found["RssAnon"]) / 1024, 1),
        }


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


# asking the engine


class Recorded:
    """A searcher that keeps every call made to it, to be made again."""

    def __init__(self, searcher: Any) -> None:  # noqa: ANN401 - the engine's own class
        self._searcher = searcher
        self.calls: list[Callable[[], object]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method, or a number
        method = getattr(self._searcher, name)
        if not callable(method):
            return method

        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the engine takes
            self.calls.append(lambda: method(*given, **named))
            return method(*given, **named)

        return call

    def again(self) -> None:
        for call in self.calls:
            call()


class _Bare(TantivyIndex):
    """The product's index, its calls into the engine recorded."""

    @property
    def recorded(self) -> Recorded:
        recorded = self._state().searcher
        assert isinstance(recorded, Recorded)
        return recorded

    def _state(self) -> Any:  # noqa: ANN401 - the state, with what stands in for its searcher
        state = super()._state()
        if not isinstance(state.searcher, Recorded):
            recorded: Any = Recorded(state.searcher)
            state = self._last = replace(state, searcher=recorded)
        return state


def bare(folder: Path, mix: Sequence[Asked]) -> list[float]:
    """What the engine alone takes for each question: the product's own calls, made again."""
    index = _Bare(folder / "search", vocabularies.registry.load())
    waits = []
    for asked in mix:
        index.recorded.calls.clear()
        index.search(_question(asked))
        waits.append(timed(index.recorded.again))
    index.close()
    return waits


def _question(asked: Asked) -> Question:
    found = Question(text=asked.text, limit=LIMIT, facets=FACETS)
    return replace(found, choices=choices_of_pairs(asked.filters))


def compared(served: Figures, engine: list[float]) -> Figures:
    """The figures of the server beside the engine's, and the share of time spent outside it."""
    waits = served.pop("waits")
    outside = 1 - sum(engine) / sum(waits)
    return served | {"engine": figures(engine), "share_outside_engine": round(outside, 3)}


def timed(work: Callable[[], object]) -> float:
    """How long it takes, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def figures(waits: list[float]) -> Figures:
    return {
        "p50_ms": round(statistics.median(waits), 2),
        "p95_ms": round(machine.percentile(waits, 0.95), 2),
        "max_ms": round(max(waits), 1),
    }


if __name__ == "__main__":
    main()
