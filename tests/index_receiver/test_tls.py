"""The index over TLS, told by a producer that believes its authority and shows a certificate of its own."""

import http.client
import json
import ssl
import time
from pathlib import Path

import pytest
from promises.authorities import CLIENT, SERVER, Authority
from promises.servers import serving

from index_receiver.calling import receiving

PATIENCE_SECONDS = 30


def bookings_at(url: str, context: ssl.SSLContext) -> set[str]:
    connection = http.client.HTTPSConnection(url.removeprefix("https://"), context=context, timeout=30)
    try:
        connection.request("GET", "/posts.json")
        found = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return {post["businessObjectInstanceIdentifier"] for post in found["posts"]}


def test_the_posts_of_a_producer_arrive_over_tls_and_nobody_else_gets_in(tmp_path: Path) -> None:
    """Both ends show who they are; the demo's bookings are in the index without anybody's doing (rule 86)."""
    ours = Authority(tmp_path, "ours")
    of_index, of_producer = ours.issue(SERVER), ours.issue(SERVER, CLIENT)
    believing = ssl.create_default_context(cafile=ours.path)
    with receiving(tmp_path, *of_index.options, "--client-ca", ours.path) as index:
        assert index.url.startswith("https://")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            bookings_at(index.url, believing)
        believing.load_cert_chain(of_producer.cert, of_producer.key)
        assert bookings_at(index.url, believing) == set()
        told = ("--demo", "--index-url", index.url, "--index-ca", ours.path, *of_producer.options)
        with serving(tmp_path, f"sqlite:///{tmp_path / 'tidbok.db'}", *told):
            until = time.monotonic() + PATIENCE_SECONDS
            while not (found := bookings_at(index.url, believing)) and time.monotonic() < until:
                time.sleep(0.2)
    assert {"DEMO-BOOKING-1", "DEMO-BOOKING-2", "DEMO-OPEN-1", "DEMO-TIMED-1"} <= found
