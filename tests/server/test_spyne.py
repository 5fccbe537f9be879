"""Spyne is the engine, on every Python that is served, and costs little."""

import gc
import subprocess
import sys
import weakref
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

from producer.soap.contracts import CONTRACTS, by_request_qname
from producer.soap.document import root_of
from producer.soap.engine import Engine
from producer.soap.envelope import opened
from server.calling import TYPES, letter

LOOK = """
import sys, warnings
import producer.soap.engine
import producer.soap.server
names = [name for name in ("cgi", "spyne.server.wsgi", "spyne.server.twisted") if name in sys.modules]
hooks = [hook for hook in sys.meta_path if type(hook).__module__.startswith("spyne")]
assert not names and not hooks, (names, hooks)
import spyne.util.six.moves.collections_abc
"""


class Work:
    """A request that is read and answered in no time, to see what the engine does around it."""

    def __init__(self, reading: object = "call", answer: object = b"<a/>") -> None:
        envelope = opened(root_of(letter(TYPES), "text/xml"))
        self.blocks, self.body = envelope.blocks, envelope.body
        self.reading, self.answer = reading, answer

    def read(self) -> object:
        return self.outcome(self.reading)

    def perform(self, call: object) -> bytes:
        assert call == self.reading
        return self.outcome(self.answer)

    def outcome(self, planned: Any) -> Any:
        if isinstance(planned, Exception):
            raise planned
        return planned

    def blame(self, reason: Exception) -> tuple[str, str]:
        return "Client", f"blamed for {reason}"


def run(work: Work) -> str:
    return b"".join(Engine([by_request_qname[work.body.tag]]).run(work)).decode()


def test_spyne_imports_without_a_warning_and_leaves_no_stand_in_behind() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", LOOK], check=True, timeout=60)


def test_an_answer_of_ready_bytes_stands_in_an_envelope() -> None:
    assert run(Work()).endswith("<soap:Body><a/></soap:Body></soap:Envelope>")


def test_whatever_a_step_raises_becomes_a_fault_of_spynes_making() -> None:
    assert "blamed for reading" in run(Work(reading=ValueError("reading")))
    assert "blamed for performing" in run(Work(answer=OSError("performing")))


def test_the_events_of_spyne_fire_in_its_order() -> None:
    engine = Engine(CONTRACTS)
    work = Work()
    transport = engine._transports[work.body.tag]
    heard: list[str] = []
    awaited = ("method_call", "method_return_object", "method_return_document", "method_return_string")
    for name in awaited:
        transport.app.event_manager.add_listener(name, lambda _ctx, name=name: heard.append(name))
    engine.run(work)
    assert heard == list(awaited)


def test_a_call_that_was_answered_is_gone_without_the_garbage_collector() -> None:
    """Answers are large, and the collector comes late."""
    engine = Engine(CONTRACTS)
    work = Work()
    left = weakref.ref(work)
    gc.disable()
    try:
        engine.run(work)
        del work
        assert left() is None
    finally:
        gc.enable()


def test_the_engine_takes_a_fraction_of_a_millisecond() -> None:
    engine = Engine(CONTRACTS)
    work = Work()
    moments = []
    for _ in range(500):
        moments.append(perf_counter())
        engine.run(work)
    assert median(after - before for before, after in pairwise(moments)) < 0.001
