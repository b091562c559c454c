"""A small hub with three records, one of them hidden and one withdrawn, and a browser."""

import shutil
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from api.http.app import create_app
from catalog import records
from catalog.bootstrap import open_hub
from catalog.hub import Hub
from catalog.ingest import Order, ingest
from catalog.model import Relation, Space, SpaceKind, record_id
from catalog.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix tds: <https://w3id.org/hutong/tds#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <https://yard.example/> .
"""
RECORDS = (
    PREFIXES
    + r"""
:passport a dcat:Dataset ; dct:title "Battery passport"@en , "电池护照"@zh ;
  dct:description '''Cells and modules. **Bold**, [bad](javascript:alert(1))
and [good](https://e.example/).'''@en ;
  dcat:keyword "battery"@en , "=HYPERLINK(1)"@en ;
  dct:publisher :galaxy ; dct:modified "2026-11-03" ;
  odrl:hasPolicy [ a odrl:Offer ;
    odrl:permission [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:elapsedTime ;
        odrl:operator odrl:lteq ; odrl:rightOperand "P90D" ] ] ;
    odrl:prohibition [ odrl:action odrl:distribute ] ;
    odrl:obligation [ odrl:action <https://e.example/own-action> ] ] ;
  dcat:distribution :file .
:file a dcat:Distribution ; dct:title "Rows"@en ; dcat:accessURL <https://xn--pple-43d.example/a> ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> .
:galaxy a foaf:Agent ; foaf:name "Galaxy"@en .
:evil a dcat:Dataset ; dct:title "</title><script>alert(1)</script> =1+1 battery"@en ;
  dct:description "<img src=x onerror=alert(1)><svg/onload=alert(2)> battery"@en ;
  dcat:landingPage <javascript:alert(3)> ; dcat:distribution [ a dcat:Distribution ;
    dcat:accessURL <data:text/html,x> ] .
:formula a dcat:Dataset ; dct:title "=cmd battery"@en ;
  dct:relation :evil ; dcat:inSeries :passport , :secret , :nowhere .
:old a dcat:Dataset ; dct:title "Withdrawn thing"@en .
"""
)
HIDDEN = (
    PREFIXES
    + ':secret a dcat:Dataset ; dct:title "Battery secret"@en ; tds:visibility '
    + ("<https://w3id.org/hutong/visibility/restricted> .")
)
BROWSER = "/usr/bin/chromium"


def identifier(name: str) -> str:
    return record_id("yard", f"https://yard.example/{name}")


def fill(hub: Hub, folder: Path, *, with_hidden: bool) -> None:
    space = Space(
        id="yard", kind=SpaceKind.INDUSTRY, title={"en": "The yard", "zh": "院子"},
        relations=(Relation("interconnectsWith", "city"),),
    )  # fmt: skip
    hub.store.put_space(space)
    hub.store.put_space(Space(id="city", kind=SpaceKind.CITY, title={"en": "City", "zh": "城市"}))
    parts = [("public.ttl", RECORDS)] + ([("hidden.ttl", HIDDEN)] if with_hidden else [])
    for name, text in parts:
        (folder / name).write_text(text, encoding="utf-8")
        tally = ingest(hub, Order((folder / name,), space))
        assert not tally.refusals
    records.delete(hub, [identifier("old")], "sold")


def settings(folder: Path, port: int = 8000) -> Settings:
    return Settings(
        data=folder / "data", workers=1, frozen_time="2026-11-24T00:00:00+00:00", port=port,
        upload_bytes=200_000,
    )  # fmt: skip


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    with open_hub(settings(folder)) as opened:
        fill(opened, folder, with_hidden=True)
        yield opened


@pytest.fixture(scope="session")
def client(hub: Hub) -> TestClient:
    return TestClient(create_app(hub), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def address(hub: Hub) -> Iterator[str]:
    """A real server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(hub), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or (BROWSER if Path(BROWSER).exists() else "")
    if not found:
        pytest.skip("there is no Chromium here")
    return found
