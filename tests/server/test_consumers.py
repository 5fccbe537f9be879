"""Which consumers may call, and whose word is taken for who they are."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from producer.cli import main
from producer.config import Config
from producer.serving.environ import Body, environ_of
from producer.serving.front import Front
from producer.serving.trust import Trust
from producer.soap import messages as m
from producer.soap.consumers import Consumers, NoSuchContract
from server.calling import CANCEL, TYPES, Desk, Reply, letter, send
from server.test_front import Caller, Headers, Scope

PLATFORM, STRANGER = "10.1.2.3", "10.9.9.9"
CLINIC, PORTAL = "SE2321000016-CLINIC", "SE2321000016-PORTAL"
HEADER = "HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID"
PING = m.PingForConfiguration(serviceContractNamespace="urn:a", logicalAddress="SE2321000016-DEMO1")


@contextmanager
def guarded(*consumers: str, proxies: tuple[str, ...] = ("10.1.0.0/16",)) -> Iterator[Desk]:
    desk = Desk(config=Config(consumers=frozenset(consumers), trusted_proxies=frozenset(proxies)))
    try:
        yield desk
    finally:
        desk.app.close()


def post(desk: Desk, message: m.Message, peer: str = PLATFORM, **headers: str) -> Reply:
    return desk.post(letter(message), REMOTE_ADDR=peer, **headers)


def named(consumer: str) -> dict[str, str]:
    return {HEADER: consumer}


def refused(reply: Reply) -> bool:
    """Rules 1, 8, 9: a Client fault with a log id and nothing else."""
    if reply.status.startswith("200"):
        return False
    code, text = reply.fault
    assert (reply.status[:3], code, "may not call" in text, "(log id " in text) == ("500", "Client", True, True)
    return True


def test_without_a_list_everyone_may_call_everything() -> None:
    with guarded() as desk:
        assert not refused(post(desk, TYPES, STRANGER))


def test_a_consumer_may_call_what_the_list_says() -> None:
    """rule 13"""
    with guarded(CLINIC, f"{PORTAL}=GetAllTimeTypes") as desk:
        assert not refused(post(desk, TYPES, **named(CLINIC)))
        assert not refused(post(desk, CANCEL, **named(CLINIC)))
        assert not refused(post(desk, TYPES, **named(PORTAL)))
        assert refused(post(desk, CANCEL, **named(PORTAL)))
        assert refused(post(desk, TYPES, **named("SE2321000016-OTHER")))
        assert refused(post(desk, TYPES))
        assert len(desk.calls) == 3  # a refused one reached no handler


def test_who_may_call_anything_may_ask_whether_anybody_is_there() -> None:
    with guarded(f"{PORTAL}=GetAllTimeTypes") as desk:
        assert not refused(post(desk, PING, **named(PORTAL)))
        assert refused(post(desk, PING, **named(CLINIC)))


@pytest.mark.parametrize("written", [CLINIC.lower(), CLINIC.swapcase(), f" {CLINIC} "])
def test_ids_of_consumers_are_compared_without_regard_to_case(written: str) -> None:
    """rule 17"""
    with guarded(written) as desk:
        assert not refused(post(desk, TYPES, **named(CLINIC)))
        assert not refused(post(desk, TYPES, **named(CLINIC.lower())))


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        f"{CLINIC},{CLINIC}",
        f"{CLINIC}, {PORTAL}",
        f"{PORTAL},{CLINIC}",
        f"{CLINIC};",
        f'"{CLINIC}"',
        f"{CLINIC}\t{PORTAL}",
        f"{CLINIC}\x00",
        f"{CLINIC}\xa0",
        CLINIC[:-1],
        f"{CLINIC}1",
        f"{CLINIC}=GetAllTimeTypes",
        "*",
    ],
)
def test_a_header_that_is_not_one_of_the_ids_alone_is_nobodys(said: str) -> None:
    """Lists, repeats and decorations are of a forger, or of a proxy that let a forger's header stand beside its own."""
    with guarded(CLINIC) as desk:
        assert refused(post(desk, TYPES, **named(said)))


@pytest.mark.parametrize(
    ("peer", "is_believed"),
    [
        (PLATFORM, True),
        ("10.1.255.255", True),
        ("10.2.0.0", False),
        (STRANGER, False),
        ("[::ffff:10.1.2.3]", True),
        ("::ffff:10.9.9.9", False),
        ("[2001:db8::1%eth0]", True),
        ("[2001:db8::2]", False),
        ("", False),
        ("unix", False),
    ],
)
def test_who_a_consumer_is_only_a_trusted_proxy_can_tell(peer: str, is_believed: bool) -> None:
    """rule 13"""
    with guarded(CLINIC, proxies=("10.1.0.0/16", "2001:db8::1")) as desk:
        assert refused(post(desk, TYPES, peer, **named(CLINIC))) is not is_believed
        if is_believed:
            assert desk.calls[0].consumer == CLINIC


def test_what_others_say_of_the_consumer_clears_no_agent_and_reaches_no_log() -> None:
    """rules 13 and 21"""
    with guarded() as desk:
        post(desk, TYPES, STRANGER, **named(CLINIC))
        post(desk, TYPES, PLATFORM, **named(CLINIC))
        assert [call.consumer for call in desk.calls] == [None, CLINIC]


def test_addresses_that_others_forward_are_not_believed_either() -> None:
    forwarded = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_FOR": PLATFORM, "HTTP_FORWARDED": "for=a"}
    kept = Trust(["10.1.0.0/16"]).believed({"REMOTE_ADDR": STRANGER, "HTTP_HOST": "a", **forwarded})
    assert kept == {"REMOTE_ADDR": STRANGER, "HTTP_HOST": "a"}


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ([("x-rivta-original-serviceconsumer-hsaid", CLINIC)], True),
        ([("x_rivta_original_serviceconsumer_hsaid", CLINIC)], False),
        ([("x-rivta_original-serviceconsumer-hsaid", CLINIC)], False),
        (
            [("x-rivta-original-serviceconsumer-hsaid", PORTAL), ("x-rivta-original-serviceconsumer-hsaid", CLINIC)],
            False,
        ),
        (
            [("x-rivta-original-serviceconsumer-hsaid", PORTAL), ("x_rivta_original_serviceconsumer_hsaid", CLINIC)],
            False,
        ),
        ([("x-vp-sender-id", CLINIC), ("x-rivta-acting-on-behalf-of-hsaid", CLINIC)], False),
    ],
)
def test_the_header_is_found_by_its_own_name_once(headers: list[tuple[str, str]], is_allowed: bool) -> None:
    with guarded(CLINIC) as desk:
        body = letter(TYPES)
        scope = Scope(Headers([("content-type", "text/xml"), *headers]), path="/soap", client=f"{PLATFORM}:50000")
        environ = environ_of(scope, Body(content=body, size=len(body)))
        environ = {name: value for name, value in environ.items() if name not in ("REQUEST_METHOD", "PATH_INFO")}
        assert refused(send(desk.app, "POST", "/soap", body, **environ)) is not is_allowed


def test_the_way_through_the_front_keeps_the_peer() -> None:
    with guarded(CLINIC) as desk:
        caller = Caller([letter(TYPES)])
        headers = [("content-type", "text/xml"), ("x-rivta-original-serviceconsumer-hsaid", CLINIC)]

        async def call() -> None:
            front = Front(desk.app, lambda: None)
            length = ("content-length", str(sum(map(len, caller.pieces))))
            await front(Scope(Headers([*headers, length]), path="/soap", client=f"{PLATFORM}:50000"), caller)
            front.close()

        asyncio.run(call())
        assert caller.answers[0][0] == 200


def test_a_refused_consumer_is_counted() -> None:
    with guarded(CLINIC) as desk:
        refused(post(desk, TYPES, **named(PORTAL)))
        told = send(desk.app, "GET", "/metrics").text
    assert 'tidbok_refusals_total{contract="GetAllTimeTypes",refusal="CONSUMER_NOT_ALLOWED"} 1.0' in told
    assert 'tidbok_faults_total{code="Client",contract="GetAllTimeTypes"} 1.0' in told


def test_the_contracts_of_a_consumer_add_up() -> None:
    consumers = Consumers.of(["A=MakeBooking", "a=CancelBooking", "B=MakeBooking", "b"])
    assert consumers.allow("A", "MakeBooking")
    assert consumers.allow("a", "CancelBooking")
    assert not consumers.allow("a", "UpdateBooking")
    assert consumers.allow("B", "UpdateBooking")


@pytest.mark.parametrize("written", ["A=", "A=Book", "A=MakeBooking,", "A=makebooking"])
def test_a_contract_that_there_is_not_is_refused(written: str) -> None:
    with pytest.raises(NoSuchContract):
        Consumers.of([written])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--consumers", CLINIC], "--trusted-proxies"),
        (["--agent-consumers", CLINIC], "--trusted-proxies"),
        (["--consumers", f"{CLINIC}=Book", "--trusted-proxies", "10.0.0.1"], "no contract Book"),
        (["--trusted-proxies", "platform.example"], "platform.example"),
        (["--trusted-proxies", "10.0.0.0/33"], "10.0.0.0/33"),
    ],
)
def test_lists_that_would_guard_nothing_are_not_served_with(
    options: list[str], says: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    done = CliRunner().invoke(main, ["serve", "--port", "0", *options], catch_exceptions=False)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert says in done.stderr


def test_lists_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("TIDBOK_CONSUMERS", f"{CLINIC} {PORTAL}=Book")
    monkeypatch.setenv("TIDBOK_TRUSTED_PROXIES", "10.0.0.1 10.0.0.2")
    done = CliRunner().invoke(main, ["serve", "--port", "0"], catch_exceptions=False)
    assert "no contract Book" in done.stderr
