"""The port over TLS: who is met there, who is turned away, and with what the server does not begin."""

import socket
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from producer.cli import main
from producer.config import Config
from producer.serving.certificates import outgoing
from producer.soap import messages as m
from producer.soap.client import Unanswered, call
from promises.authorities import CLIENT, DAY, NOW, SERVER, Authority, Issued
from promises.servers import Server, serving

ADDRESS = "TSTNMT2321000156-TIDB"
PING = m.PingForConfiguration(serviceContractNamespace="urn:a", logicalAddress=ADDRESS)
IDLE_HANDSHAKES = 500
SECONDS_TO_RENEW = 30


class World:
    """Two authorities, and a server that demands a certificate of the first of every caller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ours, self.theirs = Authority(folder, "ours"), Authority(folder, "theirs")
        self.of_server, self.of_platform = self.ours.issue(SERVER), self.ours.issue(CLIENT)

    @property
    def options(self) -> tuple[str, ...]:
        return *self.of_server.options, "--client-ca", self.ours.path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    database = f"sqlite:///{world.folder / 'tidbok.db'}"
    with serving(world.folder, database, *world.options, "--workers", "2") as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def unfinished(server: Server) -> Iterator[socket.socket]:
    """A caller who began a handshake before all else, and never goes on."""
    with socket.create_connection(_place(server), timeout=30) as line:
        line.sendall(b"\x16\x03\x01")
        yield line


def caller(world: World, shown: Issued | None = None, **versions: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=world.ours.path)
    for name, version in versions.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what some tests are about
            setattr(context, name, version)
    if shown is not None:
        context.load_cert_chain(shown.cert, shown.key)
    return context


def ping(server: Server, context: ssl.SSLContext) -> m.Message:
    return call(f"{server.address}/soap", PING, logical_address=ADDRESS, actor=None, ssl_context=context, timeout=10)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_caller_with_a_certificate_of_the_authority_is_answered(
    world: World, server: Server, version: ssl.TLSVersion
) -> None:
    assert server.address.startswith("https://127.0.0.1:")
    context = caller(world, world.of_platform, minimum_version=version, maximum_version=version)
    assert isinstance(ping(server, context), m.PingForConfigurationResponse)


STRANGERS: dict[str, Callable[[World], Issued | None]] = {
    "no certificate": lambda world: None,
    "one of another authority": lambda world: world.theirs.issue(CLIENT),
    "one that has expired": lambda world: world.ours.issue(CLIENT, until=NOW - DAY),
    "one that is not valid yet": lambda world: world.ours.issue(CLIENT, since=NOW + DAY),
    "one for servers": lambda world: world.ours.issue(SERVER),
}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("shown", STRANGERS.values(), ids=STRANGERS)
def test_a_caller_that_shows_anything_else_is_turned_away(
    world: World, server: Server, shown: Callable[[World], Issued | None], version: ssl.TLSVersion
) -> None:
    context = caller(world, shown(world), minimum_version=version, maximum_version=version)
    with pytest.raises(Unanswered):
        ping(server, context)
    assert ping(server, caller(world, world.of_platform))  # and the next is met


def test_older_versions_than_1_2_are_not_spoken(world: World, server: Server) -> None:
    old = ssl.TLSVersion.TLSv1_1
    context = caller(world, world.of_platform, minimum_version=old, maximum_version=old)
    context.set_ciphers("ALL:@SECLEVEL=0")  # this end would speak it
    with socket.create_connection(_place(server)) as line, pytest.raises(ssl.SSLError, match="ALERT"):
        context.wrap_socket(line, server_hostname="127.0.0.1")


def test_plain_http_is_not_answered_at_the_port(server: Server) -> None:
    with socket.create_connection(_place(server), timeout=10) as line:
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP/" not in _heard(line)


def test_those_who_never_end_their_handshake_keep_nobody_out(
    world: World, server: Server, figure: Callable[[str], None]
) -> None:
    with ExitStack() as idle:
        for _ in range(IDLE_HANDSHAKES):
            idle.enter_context(socket.create_connection(_place(server))).sendall(b"\x16\x03\x01")
        waits = []
        for _ in range(10):
            begun = time.monotonic()
            assert ping(server, caller(world, world.of_platform))
            waits.append(time.monotonic() - begun)
        assert max(waits) < 5
    figure(f"with {IDLE_HANDSHAKES} handshakes that never end, a call with its own took at most {max(waits):.2f} s")


def test_a_handshake_that_never_ends_is_ended(unfinished: socket.socket) -> None:
    assert _heard(unfinished) == b""


def test_cookies_never_leave_tls_and_addresses_are_of_it(world: World, server: Server) -> None:
    context = caller(world, world.of_platform)
    assert "; Secure" in _get(server, context, "/staff/sign-in").partition("tidbok=")[2].partition("\r\n")[0]
    wsdl = _get(server, context, "/crm/scheduling/MakeBooking/1/rivtabp21?wsdl")
    assert f'location="{server.address}/crm/scheduling/MakeBooking/1/rivtabp21"' in wsdl


def test_the_own_calls_of_the_producer_reach_itself(world: World, server: Server) -> None:
    """As the communication test of the staff pages does; one without its certificate would not."""
    config = Config(tls_cert=world.of_server.cert, tls_key=world.of_server.key)
    with pytest.raises(Unanswered):  # it shows one that is for servers only
        ping(server, outgoing(config))
    both = world.ours.issue(SERVER, CLIENT)
    shown = outgoing(Config(tls_cert=both.cert, tls_key=both.key), world.ours.path)
    assert ping(server, shown)


def test_renewed_certificates_are_taken_up_while_serving(world: World, tmp_path: Path) -> None:
    place = world.ours.issue(SERVER)
    context = caller(world, world.of_platform)
    options = (*place.options, "--client-ca", world.ours.path)
    with serving(tmp_path, f"sqlite:///{tmp_path / 'tidbok.db'}", *options) as running:
        before = _shown(running, context)
        Path(place.cert).write_bytes(b"half a certificate")
        assert _within(20, lambda: "cannot be used" in running.log.read_text())
        assert _shown(running, context) == before
        world.ours.issue_to(place, SERVER)
        assert _within(SECONDS_TO_RENEW, lambda: _shown(running, context) != before)
        assert ping(running, context)


UNUSABLE: dict[str, tuple[Callable[[World], tuple[str, ...]], str]] = {
    "a certificate alone": (lambda world: world.of_server.options[:2], "both --tls-cert and --tls-key"),
    "a key alone": (lambda world: world.of_server.options[2:], "both --tls-cert and --tls-key"),
    "an authority alone": (lambda world: ("--client-ca", world.ours.path), "both --tls-cert and --tls-key"),
    "no such file": (lambda world: ("--tls-cert", "none.pem", "--tls-key", world.of_server.key), "none.pem"),
    "another's key": (
        lambda world: ("--tls-cert", world.of_server.cert, "--tls-key", world.of_platform.key),
        "key values mismatch",
    ),
    "no PEM": (lambda world: ("--tls-cert", __file__, "--tls-key", world.of_server.key), "in PEM"),
    "an authority that is none": (
        lambda world: (*world.of_server.options, "--client-ca", world.of_server.key),
        "has no certificate in PEM",
    ),
    "an encrypted key": (lambda world: world.ours.issue(SERVER, password=b"secret").options, "is encrypted"),
    "an expired certificate": (lambda world: world.ours.issue(SERVER, until=NOW - DAY).options, "expired"),
    "one that is not valid yet": (lambda world: world.ours.issue(SERVER, since=NOW + DAY).options, "not yet valid"),
    "one for clients": (lambda world: world.ours.issue(CLIENT).options, "purpose"),
}


@pytest.mark.parametrize(("options", "says"), UNUSABLE.values(), ids=UNUSABLE)
def test_nothing_is_served_with_certificates_that_no_caller_could_use(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: Callable[[World], tuple[str, ...]],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["serve", "--port", "0", *options(world)], catch_exceptions=False)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert list(tmp_path.iterdir()) == []
    assert says in done.stderr


def _place(server: Server) -> tuple[str, int]:
    host, _, port = server.address.rpartition("/")[2].rpartition(":")
    return host, int(port)


def _get(server: Server, context: ssl.SSLContext, path: str) -> str:
    with (
        socket.create_connection(_place(server), timeout=10) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as spoken,
    ):
        host = "{}:{}".format(*_place(server))
        spoken.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return _heard(spoken).decode()


def _heard(line: socket.socket) -> bytes:
    heard = b""
    try:
        while piece := line.recv(1 << 16):
            heard += piece
    except ConnectionError:
        pass  # it was slammed, which says no more
    return heard


def _shown(server: Server, context: ssl.SSLContext) -> bytes | None:
    """The certificate that a new caller is met with."""
    with (
        socket.create_connection(_place(server), timeout=10) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as spoken,
    ):
        return spoken.getpeercert(binary_form=True)


def _within(seconds: float, true: Callable[[], bool]) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.2)
    return False
