"""T-01, T-02, T-03, T-18 and the faults of remote hosts, at the one way out."""

import gzip
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from catalog.errors import NotAllowed, TooMuch, Unreachable
from catalog.sandbox.addresses import is_fine
from catalog.sandbox.gateway import LONGEST_WAIT, Policy, fetch
from tests.security.conftest import FaultServer, answer, drip, zeros


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/latest/meta-data/",
        "http://168.63.129.16/metadata",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://localhost/",
        "http://localhost.:80/",
        "http://LOCALHOST/",
        "http://user@127.0.0.1/",
        "http://9.9.9.9@127.0.0.1/",
        "http://9.9.9.9:22/",
        "http://9.9.9.9:6379/",
        "http://9.9.9.9:99999/",
        "http:///etc/passwd",
        "http://./",
        "http://xn--/",
        "http://[",
        "gopher://9.9.9.9/_x",
        "file:///etc/passwd",
        "ftp://9.9.9.9/",
        "//9.9.9.9/",
        "data:text/turtle,",
        "",
    ],
)
def test_t01_no_address_inside_is_asked(url: str, tmp_path: Path):
    with pytest.raises((NotAllowed, Unreachable)) as caught:
        fetch(url, tmp_path / "x", policy=Policy(seconds=2))
    assert isinstance(caught.value, NotAllowed) or url in {"http://[", "http://0177.0.0.1/"}
    assert not list(tmp_path.iterdir())


def test_t01_one_bad_address_among_good_ones_refuses_the_host(tmp_path: Path):
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["9.9.9.9", "10.0.0.1"]

    with pytest.raises(NotAllowed):
        fetch("http://mixed.example/", tmp_path / "x", policy=Policy(resolve=resolve))


def test_t01_an_allowed_network_does_not_open_its_neighbour(server: FaultServer, tmp_path: Path):
    policy = server.policy(allowed_networks=("10.20.0.0/16",))
    with pytest.raises(NotAllowed, match="network") as caught:
        fetch(server.url("/"), tmp_path / "x", policy=policy)
    assert "HUTONG_PRIVATE_NETWORKS" in caught.value.hint
    assert not server.asked


@pytest.mark.parametrize("location", ["http://10.0.0.1/", "http://[::1]:80/", "http://localhost/"])
def test_t02_a_redirect_to_an_inner_address_is_not_followed(
    server: FaultServer, tmp_path: Path, location: str
):
    server.routes["/"] = answer(status=302, headers={"Location": location})
    policy = server.policy(
        allowed_networks=("127.0.0.9/32", "127.0.0.1/32"),
        allowed_ports=frozenset({80, server.port}),
        resolve=lambda host, _: {"127.0.0.1": ["127.0.0.1"], "localhost": ["127.0.0.2"]}.get(
            host, [host]
        ),
    )
    with pytest.raises(NotAllowed):
        fetch(server.url("/"), tmp_path / "x", policy=policy)


@pytest.mark.parametrize(
    ("location", "error"),
    [("file:///etc/passwd", NotAllowed), ("gopher://x/", NotAllowed), ("http://[x", Unreachable)],
)
def test_t02_a_redirect_to_another_scheme_is_not_followed(
    server: FaultServer, tmp_path: Path, location: str, error: type[Exception]
):
    server.routes["/"] = answer(status=301, headers={"Location": location})
    with pytest.raises((error, NotAllowed)):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())


def test_t02_a_loop_of_redirects_ends_after_three(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(status=307, headers={"Location": "/"})
    with pytest.raises(TooMuch, match="moves more than 3"):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())
    assert len(server.asked) == 4


def test_t02_a_redirect_within_bounds_is_followed(server: FaultServer, tmp_path: Path):
    server.routes["/a"] = answer(status=302, headers={"Location": "b?x=1"})
    server.routes["/b?x=1"] = answer(b"here", headers={"Content-Type": "Text/Turtle; charset=u"})
    fetched = fetch(server.url("/a"), tmp_path / "x", policy=server.policy())
    assert (fetched.url, fetched.media_type) == (server.url("/b?x=1"), "text/turtle")
    assert (tmp_path / "x").read_bytes() == b"here"


def test_secrets_do_not_follow_to_another_origin(server: FaultServer, tmp_path: Path):
    server.routes["/a"] = answer(status=302, headers={"Location": server.url("/b", "127.0.0.2")})
    server.routes["/b"] = answer(b"x")
    headers = {"Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Accept": "text/turtle"}
    other = FaultServer()
    try:
        server.routes["/a"] = answer(status=302, headers={"Location": other.url("/b")})
        other.routes["/b"] = answer(b"x")
        ports = frozenset({server.port, other.port})
        policy = server.policy(allowed_ports=ports)
        fetch(server.url("/a"), tmp_path / "x", policy=policy, headers=headers)
        assert server.asked[0][1]["authorization"] == "Bearer s3cret"
        assert "s3cret" not in str(other.asked)
        assert other.asked[0][1]["accept"] == "text/turtle"
    finally:
        other.close()


def test_t03_a_name_that_changes_its_mind_is_asked_once_and_pinned(
    server: FaultServer, tmp_path: Path
):
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    server.routes["/"] = answer(b"pinned")
    policy = server.policy(resolve=resolve)
    fetch(server.url("/", "rebinding.example"), tmp_path / "x", policy=policy)
    assert asked == ["rebinding.example"]
    assert server.asked[0][1]["host"] == f"rebinding.example:{server.port}"


def test_t03_a_name_that_changes_its_mind_before_a_redirect_is_refused(
    server: FaultServer, tmp_path: Path
):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    server.routes["/"] = answer(status=302, headers={"Location": "/again"})
    policy = server.policy(resolve=lambda *_: next(answers))
    with pytest.raises(NotAllowed):
        fetch(server.url("/", "rebinding.example"), tmp_path / "x", policy=policy)
    assert len(server.asked) == 1


def test_the_next_address_is_tried_when_the_first_is_deaf(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(b"x")
    policy = server.policy(
        allowed_networks=("127.0.0.0/8", "::1/128"), resolve=lambda *_: ["127.0.0.77", "127.0.0.1"]
    )
    assert fetch(server.url("/", "two.example"), tmp_path / "x", policy=policy).size == 1


def test_a_resolver_that_hangs_does_not_hold_the_hub(server: FaultServer, tmp_path: Path):
    def resolve(_host: str, _port: int) -> Sequence[str]:
        time.sleep(1.5)
        return ["127.0.0.1"]

    begun = time.monotonic()
    with pytest.raises(Unreachable, match="in time"):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy(seconds=0.2, resolve=resolve))
    assert time.monotonic() - begun < 1


def test_proxies_of_the_environment_are_ignored(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.routes["/"] = answer(b"x")
    assert fetch(server.url("/"), tmp_path / "x", policy=server.policy()).size == 1


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100, id="headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", id="body"),
    ],
)
def test_a_drip_ends_at_the_deadline(server: FaultServer, tmp_path: Path, raw: bytes):
    server.routes["/"] = drip(raw)
    begun = time.monotonic()
    with pytest.raises((Unreachable, TooMuch)):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy(seconds=0.5))
    assert time.monotonic() - begun < 1.5


def test_a_host_that_is_off_is_unreachable(server: FaultServer, tmp_path: Path):
    policy = server.policy()
    server.close()
    with pytest.raises(Unreachable, match="did not answer"):
        fetch(server.url("/"), tmp_path / "x", policy=policy)


def test_an_answer_that_is_no_http_is_unreachable(server: FaultServer, tmp_path: Path):
    server.routes["/"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n") and None
    with pytest.raises(Unreachable):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("1000000000", LONGEST_WAIT),
        ("9" * 400, LONGEST_WAIT),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
    ],
)
def test_retry_after_is_believed_within_a_day(
    server: FaultServer, tmp_path: Path, text: str, seconds: float | None
):
    server.routes["/"] = answer(status=503, headers={"Retry-After": text})
    with pytest.raises(Unreachable, match="503") as caught:
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())
    assert caught.value.retry_after == seconds


def test_retry_after_may_be_a_date(server: FaultServer, tmp_path: Path):
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    server.routes["/"] = answer(status=429, headers={"Retry-After": then})
    with pytest.raises(Unreachable) as caught:
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())
    assert caught.value.retry_after == pytest.approx(100, abs=3)


def test_what_has_not_changed_is_not_sent_again(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(status=304, headers={"ETag": '"a"'})
    file = tmp_path / "x"
    file.write_bytes(b"kept")
    headers = {"If-None-Match": '"a"'}
    fetched = fetch(server.url("/"), file, policy=server.policy(), headers=headers)
    assert fetched.is_unchanged
    assert fetched.etag == '"a"'
    assert server.asked[0][1]["if-none-match"] == '"a"'
    assert file.read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b"half", {"Content-Length": "8"}, id="length"),
        pytest.param(
            gzip.compress(b"x" * 1000)[:-6], {"Content-Encoding": "gzip"}, id="gzip cut off"
        ),
        pytest.param(b"no gzip", {"Content-Encoding": "gzip"}, id="no gzip"),
    ],
)
def test_a_body_that_is_cut_off_leaves_what_was_there(
    server: FaultServer, tmp_path: Path, body: bytes, headers: dict[str, str]
):
    server.routes["/"] = answer(body, headers=headers)
    file = tmp_path / "x"
    file.write_bytes(b"of yesterday")
    with pytest.raises(Unreachable, match="on the way"):
        fetch(server.url("/"), file, policy=server.policy())
    assert file.read_bytes() == b"of yesterday"
    assert list(tmp_path.iterdir()) == [file]


def test_t18_a_body_that_unpacks_without_end_is_stopped(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(zeros(100), headers={"Content-Encoding": "gzip"})
    with pytest.raises(TooMuch, match="200 times"):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())


def test_t18_a_body_that_is_packed_thrice_is_refused(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(b"", headers={"Content-Encoding": "gzip, gzip, gzip"})
    with pytest.raises(TooMuch, match="gzip, gzip, gzip"):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy())


def test_a_body_that_is_too_large_is_stopped(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(b"x" * 200_000)
    with pytest.raises(TooMuch, match="100,000 bytes"):
        fetch(server.url("/"), tmp_path / "x", policy=server.policy(most_bytes=100_000))
    assert not list(tmp_path.iterdir())


def test_a_packed_body_is_kept_as_it_was_before(server: FaultServer, tmp_path: Path):
    server.routes["/"] = answer(gzip.compress(b"<a> " * 9), headers={"Content-Encoding": "gzip"})
    fetched = fetch(server.url("/"), tmp_path / "x", policy=server.policy())
    assert (tmp_path / "x").read_bytes() == b"<a> " * 9
    assert fetched.size == 36


def test_an_error_shows_neither_password_nor_query(server: FaultServer, tmp_path: Path):
    server.routes["/c?token=s3cret"] = answer(status=500)
    for url in (
        server.url("/c?token=s3cret"),
        "http://me:s3cret@9.9.9.9/x?key=s3cret",
        "ftp://me:s3cret@9.9.9.9/#s3cret",
    ):
        with pytest.raises((Unreachable, NotAllowed)) as caught:
            fetch(url, tmp_path / "x", policy=server.policy())
        assert "s3cret" not in str(caught.value)


def test_a_public_address_is_fine():
    import ipaddress

    fine = ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909", "2002:909:909::"]
    assert all(is_fine(ipaddress.ip_address(text)) for text in fine)
