from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from lxml import etree

from producer.soap.codec import encode, schema_errors
from producer.soap.contracts import CONTRACTS
from producer.soap.messages import GetAllCareTypes, GetSubjectOfCareSchedule

PATIENT = "199001012385"
BY_NAME = {contract.name: contract for contract in CONTRACTS}
VALID = encode(GetSubjectOfCareSchedule(healthcare_facility="A", subject_of_care=PATIENT))


def judged(document: bytes, name: str = "GetSubjectOfCareSchedule") -> str | None:
    return schema_errors(BY_NAME[name], etree.fromstring(document))


def test_many_threads_may_ask_at_once() -> None:
    """Each call gets the judgement on its own document, whatever the others ask meanwhile."""
    documents = {
        VALID: None,
        VALID.replace(PATIENT.encode(), b"1"): "subject_of_care: the value does not have the form that the schema asks for",
        VALID.replace(b"</r:", b"<z/></r:", 1): "healthcare_facility: holds an element where a value should be",
        VALID.replace(b"<r:healthcare_facility>", b"<r:healthcare_facility a='b'>"): "healthcare_facility: an attribute is not allowed",
    }  # fmt: skip
    assert len(documents) == 4
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(judged, list(documents) * 200)
    assert list(answers) == list(documents.values()) * 200


def test_many_threads_may_begin_at_once() -> None:
    """Whichever thread comes first compiles the schemas; the others wait for it."""
    everyone_is_here = Barrier(12)

    def judged_by_all(_: int) -> list[str | None]:
        everyone_is_here.wait(10)
        return [schema_errors(contract, etree.fromstring(VALID)) for contract in CONTRACTS]

    for _ in range(5):
        with ThreadPoolExecutor(12) as threads:
            for answers in threads.map(judged_by_all, range(12)):
                assert answers.count(None) == 1


def test_an_error_never_shows_what_was_submitted() -> None:
    """Rule 9: neither a value nor a patient id in a name."""
    for document in (
        VALID.replace(PATIENT.encode(), f"{PATIENT}0".encode()),
        VALID.replace(b"r:healthcare_facility>", f"r:p{PATIENT}>".encode()),
        VALID.replace(b"<r:healthcare_facility>", f"{PATIENT}<r:healthcare_facility>".encode()),
    ):
        error = judged(document)
        assert error is not None
        assert PATIENT not in error


def test_a_message_of_another_contract_is_not_declared() -> None:
    document = encode(GetAllCareTypes(healthcare_facility="A", subject_of_care=PATIENT))
    assert judged(document, "GetAllCareTypes") is None
    assert judged(document) == "GetAllCareTypes: the element is not declared by the schema"
