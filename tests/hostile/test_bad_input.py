from collections import Counter
from hashlib import sha256

import pytest

from hostile import (
    bad_charsets,
    bad_documents,
    bad_elements,
    bad_entities,
    bad_envelopes,
    bad_headers,
    bad_sizes,
    bad_transport,
    bad_values,
)
from hostile.probe import Probe
from hostile.verdicts import fault_of, no_insides, no_patient
from hostile.world import Reply, World

TABLES = (
    bad_charsets,
    bad_documents,
    bad_elements,
    bad_entities,
    bad_envelopes,
    bad_headers,
    bad_sizes,
    bad_transport,
    bad_values,
)
PROBES = [probe for table in TABLES for probe in table.PROBES]
FAULTY = [probe for probe in PROBES if probe.status == 500]
NOT_CALLS = [probe for probe in PROBES if probe.status == 405]


def send(world: World, probe: Probe) -> Reply:
    return world.send(probe.bytes(), method=probe.method, path=probe.path, query=probe.query, headers=probe.headers)


@pytest.mark.parametrize("probe", FAULTY, ids=lambda probe: probe.name)
def test_a_bad_request_gets_a_fault_that_says_what_was_wrong_and_changes_nothing(world: World, probe: Probe) -> None:
    """Rules 1, 2, 3, 4, 5, 8, 9 and 14, by every probe."""
    fault = fault_of(send(world, probe))
    assert fault.code == probe.code, fault.text
    assert [word for word in probe.says if word.lower() not in fault.text.lower()] == [], fault.text
    assert [word for word in probe.hides if word in fault.text] == []
    assert world.changes() == []


@pytest.mark.parametrize("probe", NOT_CALLS, ids=lambda probe: probe.name)
def test_only_post_is_a_call(world: World, probe: Probe) -> None:
    reply = send(world, probe)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert [word for word in probe.says if word not in reply.text] == []
    assert "set-cookie" not in reply.headers
    no_insides(reply.text)
    no_patient(reply.text)
    assert world.changes() == []


def test_there_are_200_probes_and_no_two_are_the_same() -> None:
    sent = {(probe.method, probe.path, probe.query, probe.headers, sha256(probe.bytes()).digest()) for probe in PROBES}
    assert len(sent) == len(PROBES) >= 200


def test_every_probe_has_a_name_of_its_own() -> None:
    names = Counter(probe.name for probe in PROBES)
    assert [name for name, times in names.items() if times > 1] == []
