import socket
from collections.abc import Iterator

import pytest

from hostile.bad_entities import LISTENER, PROBES
from hostile.oddities import PLAIN
from hostile.probe import XML, Headers
from hostile.world import World

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
POINTERS = {probe.name: (probe.bytes(), probe.headers) for probe in PROBES if LISTENER.encode() in probe.bytes()} | {
    name: (body.encode(), XML)
    for name, body in {
        "a schema's place": PLAIN.replace(
            "<r:bookingId", f'<r:bookingId xmlns:i="{_XSI}" i:schemaLocation="urn:a http://{LISTENER}/a.xsd"'
        ),
        "the place of a schema without namespace": PLAIN.replace(
            "<r:bookingId", f'<r:bookingId xmlns:i="{_XSI}" i:noNamespaceSchemaLocation="http://{LISTENER}/a.xsd"'
        ),
        "a style sheet": PLAIN.replace("?>\n", f'?>\n<?xml-stylesheet href="http://{LISTENER}/a.xsl"?>'),
        "a namespace": PLAIN.replace("<s:Envelope", f'<s:Envelope xmlns:q="http://{LISTENER}/q"'),
        "a base": PLAIN.replace("<s:Envelope", f'<s:Envelope xml:base="http://{LISTENER}/"'),
        "an inclusion where strangers may be": PLAIN.replace(
            "</r:GetBookingDetails>",
            f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="http://{LISTENER}/x"/></r:GetBookingDetails>',
        ),
        "an attachment": PLAIN.replace(
            "</r:GetBookingDetails>",
            f'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="http://{LISTENER}/x"/></r:GetBookingDetails>',
        ),
    }.items()
}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize(("body", "headers"), POINTERS.values(), ids=POINTERS)
def test_nothing_that_a_document_points_at_is_fetched(
    world: World, listener: socket.socket, body: bytes, headers: Headers
) -> None:
    """Rule 14."""
    here = f"127.0.0.1:{listener.getsockname()[1]}"
    for codec in ("utf-8", "utf-16-le", "utf-16-be"):
        body = body.replace(LISTENER.encode(codec), here.encode(codec))
    reply = world.send(body, headers=headers)
    assert reply.status in (200, 500)
    assert "root:" not in reply.text
    with pytest.raises(BlockingIOError):
        listener.accept()
