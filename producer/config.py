"""What an operator can set, by an option of `tidbok serve` or by its name in the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ENVIRONMENT_PREFIX: Final = "TIDBOK_"
LARGEST_REQUEST: Final = 15_728_640
"""Bytes; as much as the national platform passes on (rule 14)."""
_METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The settings of one running producer; those with a meaning are options of the command line."""

    database: str = _setting("sqlite:///tidbok.db", "Where the timetable is: sqlite:///FILE or postgresql://...")
    host: str = _setting("127.0.0.1", "The address to listen at.")
    port: int = _setting(8080, "The port to listen at; 0 takes a free one.")
    workers: int = _setting(1, "How many processes share the work.")
    tls_cert: str = _setting(
        "", "The server's certificate and those that vouch for it, a file of PEM; https is spoken with it."
    )
    tls_key: str = _setting("", "The certificate's key, a file of PEM.")
    client_ca: str = _setting("", "The authorities of the certificates that every caller must show, a file of PEM.")
    trusted_proxies: frozenset[str] = _setting(
        frozenset(), "Address or network of those whose headers tell the consumer; give it once for each."
    )
    behind_proxy: bool = _setting(
        False,
        "Believe X-Forwarded-Proto and X-Forwarded-Host in the addresses that WSDLs give, and keep the staff's "
        "cookies to https.",
    )
    consumers: frozenset[str] = _setting(
        frozenset(),
        "HSA-id of a consumer that may call, alone or as HSAID=CONTRACT,CONTRACT; give it once for each. "
        "Without any, all may. Needs --trusted-proxies.",
    )
    agent_consumers: frozenset[str] = _setting(
        frozenset(),
        "HSA-id of a consumer that may show agents what is booked (rule 21); give it once for each. "
        "Needs --trusted-proxies.",
    )
    index_url: str = _setting("", "Where Engagemangsindex takes posts, http:// or https://; none are sent without it.")
    index_address: str = _setting("5565594230", "The logical address that Engagemangsindex is called by.")
    index_batch: int = _setting(100, "How many posts at most go in one call to Engagemangsindex.")
    index_ca: str = _setting("", "The authority of Engagemangsindex, a file of PEM, beside the system's own.")
    index_categories: bool = _setting(
        False, "Tell bookings and invitations apart in the posts, for an index of before 1.1.2 (rule 83)."
    )
    index_pull: bool = _setting(False, "Answer GetUpdates, for those who fetch the posts themselves.")
    source_system: str = _setting("TSTNMT2321000156-TIDBOK", "The HSA-id of this system, in the posts it sends.")
    data_controller: str = _setting(
        "", "The personal-data controller in the posts; without it the organisation of the unit's HSA-id."
    )
    keep_bookings_days: int = _setting(
        0, "For how many days after it was over a booking keeps whose it was; 0 keeps it for good."
    )
    metrics_folder: Path | None = None
    """Where the processes add up their numbers, when they are several; `serve` makes it."""

    def __post_init__(self) -> None:
        """HSA-ids are compared without regard to case (rule 17)."""
        object.__setattr__(self, "agent_consumers", frozenset(name.strip().upper() for name in self.agent_consumers))


def name_metrics_folder(folder: Path | None) -> None:
    """Tells prometheus-client, which looks in the environment when imported, where several processes add up."""
    if folder is None:
        os.environ.pop(_METRICS_FOLDER, None)
    else:
        os.environ[_METRICS_FOLDER] = str(folder)
