"""The command line as its users meet it: what it prints, where, and how it ends."""

import http.client
import io
import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from api.cli.main import app, main
from api.cli.output import counted, safe
from catalog.sandbox.workers import Workers
from tests.builders import BASE, PREFIXES, catalogue, dataset

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
PROGRAM = [sys.executable, "-m", "api.cli.main"]

TALLY = {
    "created", "updated", "unchanged", "refused", "deleted", "findings", "seconds", "state_hash",
}  # fmt: skip
FINDING = {
    "severity", "focus", "path", "component", "value", "shape", "message", "line", "column",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HUTONG_")}
    own = {"HUTONG_DATA": str(data), "HUTONG_WORKERS": "1", "HUTONG_LOG_LEVEL": "warning"}
    return kept | own | {"COLUMNS": "200", "TERM": "dumb"} | more


def hutong(data: Path, *words: str, **more: str) -> Ran:
    """A command in this process, through the same door as the program."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["hutong", *words]),
        patch.dict(os.environ, environment(data, **more), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = ended()
    return Ran(code, out.getvalue(), err.getvalue())


def ended() -> int:
    """The exit code of the program."""
    try:
        main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


@pytest.fixture(scope="module", autouse=True)
def workers(shared_workers: Workers) -> Iterator[None]:
    with patch("api.cli.checking.Workers", return_value=nullcontext(shared_workers)):
        yield


def program(data: Path, *words: str, **more: str) -> Ran:
    """A command as a process of its own."""
    done = subprocess.run(
        [*PROGRAM, *words], env=environment(data, **more), cwd=ROOT, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def said(ran: Ran) -> str:
    """All that was printed, boxes and line ends taken out."""
    return re.sub(r"[│╭╮╰╯─\s]+", " ", ran.out + ran.err)


@pytest.fixture(scope="module")
def turtle(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("input") / "c.ttl"
    more = f"dcat:distribution <{BASE}a/file>"
    owned = f"<{BASE}a/file> a dcat:Distribution ; dcat:accessURL <http://127.0.0.1:1/x> .\n"
    file.write_text(
        catalogue(dataset("a", "Bearing loads", more=more), dataset("b", "Wind speeds"), owned)
    )
    return file


@pytest.fixture(scope="module")
def data(tmp_path_factory, turtle) -> Path:
    """A data folder with two records, which the tests do not change."""
    folder = tmp_path_factory.mktemp("data")
    ran = hutong(folder, "ingest", str(turtle), "--space", "yard", "--kind", "city", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["created"] == 2
    return folder


# what is promised


def test_an_ingest_gives_the_promised_object(tmp_path, turtle):
    ran = hutong(tmp_path, "ingest", str(turtle), "--space", "s", "--kind", "city", "--json")
    assert ran.json.keys() == TALLY | {"refusals"}
    assert (ran.code, ran.err) == (0, "")
    assert [ran.json[k] for k in ("created", "updated", "unchanged", "refused")] == [2, 0, 0, 0]
    assert re.fullmatch("[0-9a-f]{64}", ran.json["state_hash"])
    again = hutong(tmp_path, "ingest", str(turtle), "--space", "s", "--json").json
    assert (again["created"], again["unchanged"]) == (0, 2)
    assert again["state_hash"] == ran.json["state_hash"]


def test_an_ingest_with_profiles_keeps_them_for_the_space(tmp_path, turtle):
    first = hutong(
        tmp_path, "ingest", str(turtle), "-s", "s", "--kind", "city", "--profile", "dcat-ap",
        "--profile", "tds", "--json",
    )  # fmt: skip
    assert first.json["findings"] > 0
    spaces = hutong(tmp_path, "space", "list", "--json").json
    assert spaces[0]["profiles"] == ["dcat-ap", "tds"]


def test_a_refused_record_is_exit_code_1_and_told(tmp_path):
    twice = tmp_path / "in"
    twice.mkdir()
    for name in ("a.ttl", "b.ttl"):
        (twice / name).write_text(catalogue(dataset("a")))
    ran = hutong(tmp_path, "ingest", str(twice), "-s", "s", "--kind", "city", "--json")
    assert (ran.code, ran.json["created"], ran.json["refused"]) == (1, 1, 1)
    assert ran.json["refusals"][0].keys() == {"iri", "reason", "message", "line"}
    told = hutong(tmp_path, "ingest", str(twice), "-s", "s")
    assert (told.code, "refused https://data.example/a" in told.err) == (1, True)
    kept = hutong(tmp_path, "space", "refusals", "s", "--json").json
    assert kept[0].keys() == {"source", "iri", "reason", "message", "line", "raw"}
    assert "twice" in hutong(tmp_path, "space", "refusals", "s").out


@pytest.mark.parametrize("flag", [("--format", "json"), ("--json",)])
def test_a_validation_gives_the_promised_object(tmp_path, turtle, flag):
    ran = hutong(tmp_path, "validate", str(turtle), "--profile", "tds@1.0", *flag)
    assert ran.json.keys() == {"conforms", "records", "findings", "seconds", "engine"}
    assert (ran.json["conforms"], ran.json["records"], ran.json["engine"]) == (False, 2, "pyshacl")
    assert all(finding.keys() == FINDING for finding in ran.json["findings"])
    assert any(finding["line"] for finding in ran.json["findings"])
    assert ran.code == 1


def test_both_engines_say_the_same_on_the_command_line(tmp_path, turtle):
    found = [
        hutong(tmp_path, "validate", str(turtle), "-p", "dcat-ap", "--engine", engine, "--json")
        for engine in ("compiled", "pyshacl")
    ]
    told = [{json.dumps(f, sort_keys=True) for f in ran.json["findings"]} for ran in found]
    assert [ran.json["engine"] for ran in found] == ["compiled", "pyshacl"]
    assert told[0] == told[1]
    assert found[0].code == found[1].code


@pytest.mark.parametrize(
    ("form", "sign"),
    [
        ("text", "conforms"), ("turtle", "sh:ValidationReport"), ("sarif", "2.1.0"),
        ("junit", "<testsuite"), ("csv", "severity,"),
    ],
)  # fmt: skip
def test_a_validation_comes_in_every_promised_form(tmp_path, turtle, form, sign):
    ran = hutong(tmp_path, "validate", str(turtle), "-p", "tds", "--format", form)
    assert sign in ran.out
    assert ran.out.endswith("\n")


def test_a_validation_keeps_nothing(tmp_path, turtle):
    hutong(tmp_path / "data", "validate", str(turtle))
    assert not (tmp_path / "data").exists()


def test_what_conforms_is_exit_code_0_and_what_cannot_be_read_2(tmp_path):
    fine = ROOT / "examples/spaces/battery/materials.ttl"
    assert hutong(tmp_path, "validate", str(fine), "--profile", "tds").code == 0
    broken = tmp_path / "broken.ttl"
    broken.write_text(f"{PREFIXES}<a> <b")
    for command in (["validate"], ["ingest", "--space", "s", "--kind", "city"]):
        ran = hutong(tmp_path, command[0], str(broken), *command[1:])
        assert (ran.code, ran.out) == (2, "")
        assert "broken.ttl" in ran.err
        assert "line 8" in ran.err


def test_a_search_gives_the_promised_object(data):
    ran = hutong(data, "search", "bearing", "--limit", "1", "--filter", "space=yard", "--json")
    assert ran.json.keys() >= {"total", "hits", "facets", "next"}
    assert ran.json["total"] == 1
    hit = ran.json["hits"][0]
    assert hit.keys() == {"id", "iri", "space", "title", "score", "why"}
    assert (hit["iri"], hit["title"]) == (f"{BASE}a", "Bearing loads")
    values = [value for values in ran.json["facets"].values() for value in values]
    assert values
    assert all(value.keys() == {"value", "label", "count"} for value in values)
    assert ran.json["next"] is None


def test_the_next_page_of_a_search_is_asked_for_with_its_cursor(data):
    first = hutong(data, "search", "", "--limit", "1", "--json").json
    rest = hutong(data, "search", "", "--limit", "1", "--cursor", first["next"], "--json").json
    assert {h["iri"] for h in first["hits"] + rest["hits"]} == {f"{BASE}a", f"{BASE}b"}
    assert rest["next"] is None


def test_a_search_tells_people_what_it_found_and_how_to_go_on(data):
    ran = hutong(data, "search", "", "--limit", "1")
    assert ran.out.startswith(("Bearing loads", "Wind speeds"))
    assert "1 of 2 offerings" in ran.err
    assert "--cursor" in ran.err
    assert "searched “bearing” instead" in hutong(data, "search", "baering").err


LISTS: Mapping[tuple[str, ...], set[str]] = {
    ("space", "list"): {
        "id", "kind", "title", "visibility", "profiles", "offerings", "conforming", "by_kind",
    },
    ("profile", "list"): {"name", "version", "title", "extends", "parts"},
    ("vocab", "list"): {"name", "version", "iri", "concepts"},
    ("vocab", "show", "city"): {
        "iri", "scheme", "notation", "labels", "definitions", "broader", "narrower", "matches",
    },
    ("doctor",): {"name", "well", "seen", "remedy"},
}  # fmt: skip


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_a_list_as_json_has_the_keys_of_the_reference(data, words):
    ran = hutong(data, *words, "--json")
    assert ran.code == 0
    assert ran.json
    for entry in ran.json:
        assert entry.keys() == LISTS[words]
    assert all(f'"{key}"' in REFERENCE for key in LISTS[words])


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_a_list_for_people_is_a_table_without_json(data, words):
    ran = hutong(data, *words)
    assert ran.code == 0
    assert len(ran.out.splitlines()) > 1
    assert "{" not in ran.out


def test_what_is_whole_is_an_empty_list_and_exit_code_0(data):
    for words in (["profile", "lint", "tds"], ["vocab", "check"], ["space", "refusals", "yard"]):
        ran = hutong(data, *words, "--json")
        assert (ran.code, ran.json) == (0, [])


def test_a_space_is_kept_as_its_file_says(tmp_path):
    file = ROOT / "examples/spaces/battery/space.yaml"
    assert hutong(tmp_path, "space", "put", str(file), "--json").json == {
        "id": "battery", "changed": 0,
    }  # fmt: skip
    assert hutong(tmp_path, "space", "put", str(file)).out == "battery: kept\n"


def test_a_record_is_shown_deleted_and_restored(tmp_path, turtle):
    hutong(tmp_path, "ingest", str(turtle), "-s", "s", "--kind", "city")
    found = hutong(tmp_path, "search", "bearing", "--json").json["hits"][0]["id"]
    shown = hutong(tmp_path, "record", "show", found, "--json").json
    assert shown.keys() == {"id", "iri", "space", "kind", "title", "hash", "quality", "graph"}
    assert all(f'"{key}"' in REFERENCE for key in shown)
    assert hutong(tmp_path, "record", "show", found).out == shown["graph"]
    gone = hutong(tmp_path, "record", "delete", found, "--reason", "x", "--json")
    assert gone.json == {"deleted": 1}
    assert hutong(tmp_path, "record", "show", found).code == 2
    assert hutong(tmp_path, "search", "bearing", "--json").json["total"] == 0
    assert hutong(tmp_path, "record", "restore", found).out == "1 record restored\n"
    assert hutong(tmp_path, "search", "bearing", "--json").json["total"] == 1
    assert hutong(tmp_path, "record", "restore", found, "--json").json == {"restored": 0}
    assert hutong(tmp_path, "record", "delete", found, "--reason", "x").out == "1 record deleted\n"


def test_a_reindex_says_how_much_it_replayed(tmp_path, turtle):
    hutong(tmp_path, "ingest", str(turtle), "-s", "s", "--kind", "city")
    assert hutong(tmp_path, "reindex", "--json").json == {"replayed": 0}
    assert hutong(tmp_path, "reindex", "--rebuild", "--json").json == {"replayed": 2}
    assert hutong(tmp_path, "reindex").out == "no changes replayed\n"


def test_the_doctor_tells_of_a_view_that_is_missing_and_what_to_do(tmp_path, turtle):
    hutong(tmp_path, "ingest", str(turtle), "-s", "s", "--kind", "city")
    shutil.rmtree(tmp_path / "search")
    ran = hutong(tmp_path, "doctor")
    assert (ran.code, "hutong reindex" in ran.out) == (1, True)
    assert not all(d["well"] for d in hutong(tmp_path, "doctor", "--json").json)
    hutong(tmp_path, "reindex")
    assert hutong(tmp_path, "doctor").code == 0


def test_the_job_of_urls_says_how_many_answered(data):
    ran = hutong(data, "check-urls", "--space", "yard", "--json")
    assert (ran.code, ran.json["asked"], ran.json["answered"]) == (0, 1, 0)
    assert "0 of 1 URL answer" in hutong(data, "check-urls").out


# what is wrong


@pytest.mark.parametrize(
    ("words", "step"),
    [
        (["serch"], "Did you mean 'search'"),
        (["search", "--limt", "1", "x"], "--limit"),
        (["search", "x", "--limit", "1001"], "less than or equal to 1000"),
        (["search", "x", "--sort", "colour"], "'relevance', 'modified', 'quality'"),
        (["search", "x", "--lang", "fr"], "'en', 'zh'"),
        (["search", "x", "--filter", "colour=red"], "space_kind"),
        (["search", "x", "--filter", "format"], "facet=value"),
        (["search", "x", "--cursor", "nonsense"], "Begin again without it"),
        (["ingest", "{file}"], "--space"),
        (["ingest", "{file}", "--space", "none"], "--kind enterprise|industry|city"),
        (["ingest", "{file}", "--space", "yard", "--kind", "town"], "'industry', 'city'"),
        (["ingest", "{file}", "--space", "No_Name", "--kind", "city"], "a-z, 0-9 and hyphens"),
        (["ingest", "{file}", "--space", "yard", "--profile", "tdss"], "Did you mean tds@1.0?"),
        (["ingest", "{file}", "--space", "yard", "--format", "xyz"], "n-triples"),
        (["ingest", "/no/such.ttl", "--space", "yard"], "no such file"),
        (["ingest", "ftp://h/x", "--space", "yard"], "Only http and https"),
        (["validate", "{file}", "--format", "xml"], "'sarif', 'junit'"),
        (["validate", "{file}", "--engine", "fast"], "'compiled', 'pyshacl'"),
        (["validate", "{file}", "--profile", "tds!colour"], "Parts: controlled-vocabularies"),
        (["validate", "{file}", "--rdf", "xyz"], "n-triples"),
        (["validate", "/no/such.ttl"], "does not exist"),
        (["space", "refusals", "none"], "There are: yard"),
        (["space", "put", "{file}"], "describes no space"),
        (["record", "show", "none"], "Search for it"),
        (["record", "delete", "none"], "--reason"),
        (["profile", "lint", "none"], "There are: dcat-ap"),
        (["vocab", "show", "no such thing"], "hutong vocab list"),
        (["check-urls", "--space", "none"], "There are: yard"),
        (["check-urls", "--limit", "0"], "greater than or equal to 1"),
        (["serve", "--port", "99999"], "65535"),
        (["serve", "--host", "192.0.2.1", "--port", "8000"], "Give another address"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_a_wrong_call_is_exit_code_2_and_names_the_next_step(data, turtle, words, step):
    ran = hutong(data, *(word.format(file=turtle) for word in words))
    assert (ran.code, ran.out) == (2, "")
    assert step in said(ran)
    assert "Traceback" not in ran.err


def test_a_wrong_profile_leaves_the_space_as_it_was(data, turtle):
    before = hutong(data, "space", "list", "--json").out
    assert hutong(data, "ingest", str(turtle), "-s", "yard", "--profile", "none").code == 2
    assert hutong(data, "ingest", str(turtle), "-s", "n", "--kind", "city", "-p", "none").code == 2
    assert hutong(data, "space", "list", "--json").out == before


@pytest.mark.parametrize(
    ("variable", "text", "step"),
    [
        ("HUTONG_PROT", "8000", "Did you mean HUTONG_PORT?"),
        ("HUTONG_PORT", "many", "a port, 1 to 65535"),
        ("HUTONG_SEARCH", "grep", "Use tantivy"),
        ("HUTONG_DATA", "/proc/none", "Set HUTONG_DATA"),
        ("HUTONG_DATABASE", "nonsense", "sqlite:///FILE"),
    ],
)
def test_a_wrong_setting_is_exit_code_2_and_names_the_next_step(data, variable, text, step):
    ran = hutong(data, "doctor", **{variable: text})
    assert (ran.code, step in ran.err) == (2, True)


def test_a_port_that_is_taken_is_exit_code_3_and_announces_no_address(data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = hutong(data, "serve", "--json", HUTONG_PORT=port)
    assert (ran.code, ran.out) == (3, "")
    assert "--port" in ran.err


# help and completion


def test_the_version_is_printed_without_a_command(data):
    ran = hutong(data, "--version")
    assert (ran.code, bool(re.fullmatch(r"hutong \d+\.\d+\.\d+\n", ran.out))) == (0, True)


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield words, command
    for name, child in children.items():
        yield from leaves(child, (*words, name))


def every_command() -> list[tuple[tuple[str, ...], Any]]:
    import typer.main

    return list(leaves(typer.main.get_command(app)))


@pytest.mark.parametrize(("words", "command"), every_command(), ids=lambda v: str(v)[:40])
def test_every_command_says_what_it_does_and_what_each_option_is(words, command, data):
    assert command.help
    assert [p.name for p in command.params if not getattr(p, "help", None)] == []
    assert any("--json" in p.opts for p in command.params)
    assert hutong(data, *words, "--help").code == 0


@pytest.mark.parametrize(
    ("typed", "completions"),
    [
        ("hutong ser", {"serve"}),
        ("hutong space ", {"list", "put", "refusals"}),
        ("hutong validate --profile t", {"tds"}),
        ("hutong search x --sort q", {"quality"}),
        ("hutong ingest x --space y", {"yard"}),
    ],
)
def test_the_shell_completes_commands_options_and_names(data, typed, completions):
    more = {"_HUTONG_COMPLETE": "complete_bash"}
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    assert set(hutong(data, **more, **words).out.split()) == completions


def test_the_completion_is_shown_and_installed_for_the_shell(tmp_path):
    more = {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = program(tmp_path, "--show-completion", "bash", **more)
    assert (shown.code, "complete -o default" in shown.out) == (0, True)
    assert program(tmp_path, "--install-completion", "bash", **more).code == 0
    assert any("complete" in file.read_text() for file in tmp_path.rglob("*.sh"))


def test_a_search_is_narrowed_by_time_and_place(tmp_path):
    file = tmp_path / "c.ttl"
    box = 'dct:spatial [ dcat:bbox "POLYGON((5 45, 15 45, 15 55, 5 55, 5 45))" ]'
    period = 'dct:temporal [ dcat:startDate "2020" ; dcat:endDate "2021" ]'
    file.write_text(catalogue(dataset("a", more=f"{box} ; {period}"), dataset("b")))
    hutong(tmp_path / "data", "ingest", str(file), "-s", "s", "--kind", "city")
    for options, total in ((("--bbox", "9,50,10,51"), 1), (("--bbox", "100,0,101,1"), 0),
                           (("--period", "2021-03/"), 1), (("--period", "/2019"), 0)):  # fmt: skip
        assert hutong(tmp_path / "data", "search", "", *options, "--json").json["total"] == total
    wrong = hutong(tmp_path / "data", "search", "", "--bbox", "1,2")
    assert (wrong.code, "west,south,east,north" in wrong.err) == (2, True)


# terminals


def on_a_terminal(data: Path, *words: str) -> tuple[str, str]:
    """What a command prints on standard output, a pipe, and on standard error, a terminal."""
    here, there = pty.openpty()
    env = environment(data, TERM="xterm-256color")
    with subprocess.Popen(
        [*PROGRAM, *words], env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=there
    ) as process:
        os.close(there)
        seen = b""
        while select.select([here], [], [], 30)[0]:
            try:
                seen += os.read(here, 65_536)
            except OSError:  # the other end is closed: the process has ended
                break
        out = process.stdout.read() if process.stdout else b""
    os.close(here)
    return out.decode(), seen.decode()


def test_progress_is_drawn_on_a_terminal_and_only_there(tmp_path, turtle):
    words = ("ingest", str(turtle), "--space", "s", "--kind", "city", "--json")
    out, err = on_a_terminal(tmp_path, *words)
    assert json.loads(out)["created"] == 2
    assert "\x1b[" in err
    assert "read" in err
    piped = program(tmp_path, *words)
    assert (piped.json["unchanged"], piped.err) == (2, "")


def test_foreign_text_cannot_drive_a_terminal(tmp_path):
    file = tmp_path / "evil.ttl"
    file.write_text(catalogue(dataset("a", r"Red\u001b[31mHerring\u0007")))
    hutong(tmp_path, "ingest", str(file), "-s", "s", "--kind", "city")
    ran = hutong(tmp_path, "search", "herring")
    assert ran.code == 0
    assert "Herring" in ran.out
    assert not set(ran.out) & {"\x1b", "\x07"}
    assert safe("a\x1b[0mb\tc\nd") == "a\N{REPLACEMENT CHARACTER}[0mb\tc\nd"


def test_a_number_is_told_with_its_noun():
    assert [counted(n, "fault") for n in (0, 1, 1234)] == ["no faults", "1 fault", "1,234 faults"]
    assert counted(2, "vocabulary") == "2 vocabularies"


# a server beside


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Path, str]]:
    """A data folder that a running server uses, and the server's address."""
    folder, port = tmp_path / "data", free_port()
    env = environment(folder, HUTONG_PORT=str(port), HUTONG_HOST="127.0.0.1")
    with subprocess.Popen(
        [*PROGRAM, "serve", "--json"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield folder, json.loads(server.stdout.readline())["url"]
        server.terminate()
        assert server.wait(20) in {0, -15}


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def test_a_command_works_on_the_folder_of_a_running_server(served, turtle):
    folder, url = served
    assert url.startswith("http://127.0.0.1:")
    assert fetched(f"{url}/api/v1/search?q=bearing")["total"] == 0
    ran = program(folder, "ingest", str(turtle), "--space", "s", "--kind", "city", "--json")
    assert (ran.code, ran.json["created"]) == (0, 2)
    until = time.monotonic() + 2
    found: dict[str, Any] = {}
    while time.monotonic() < until and not found.get("total"):
        found = fetched(f"{url}/api/v1/search?q=bearing")
        time.sleep(0.05)
    assert [hit["iri"] for hit in found["hits"]] == [f"{BASE}a"]
    mine = hutong(folder, "search", "bearing", "--json").json
    assert mine["hits"] == found["hits"]
    assert mine["facets"] == found["facets"]
    assert mine.keys() == found.keys()


def test_no_answer_waits_for_a_delayed_acknowledgement(served):
    """With Nagle's algorithm on, each answer over a kept connection takes 40 ms or more."""
    _, url = served
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    waits = []
    for _ in range(10):
        began = time.perf_counter()
        connection.request("GET", "/api/v1/search?q=bearing")
        assert connection.getresponse().read()
        waits.append(time.perf_counter() - began)
    connection.close()
    assert min(waits) < 0.035


def test_the_demo_loads_the_examples_once_and_serves_them(tmp_path):
    examples = tmp_path / "examples"
    shutil.copytree(ROOT / "examples/spaces/city-finance", examples / "city-finance")
    port = str(free_port())
    with (
        patch("catalog.demo.example_folder", lambda: examples),
        patch("uvicorn.Server.run") as run,
    ):
        first = hutong(tmp_path / "data", "demo", "--port", port, "--host", "127.0.0.1")
        again = hutong(tmp_path / "data", "demo", "--port", port, "--json")
    assert (first.code, again.code, run.call_count) == (0, 0, 2)
    assert "city-finance: " in first.err
    assert f"Hutong is at http://127.0.0.1:{port}" in first.err
    assert again.json == {"url": f"http://127.0.0.1:{port}"}
    assert "offerings" not in again.err
