"""The certificates that the server and its own calls go by: whether they can be used, and when they are renewed."""

import logging
import ssl
from pathlib import Path
from typing import Final

from producer.config import Config
from producer.serving.supervisor import CannotServe

_LOG = logging.getLogger(__name__)
_OLDEST: Final = ssl.TLSVersion.TLSv1_2


def check(config: Config) -> None:
    """Raises CannotServe or OSError when TLS is asked for with files that nobody could be met with."""
    _check_what_comes_in(config)
    if config.index_ca:
        Path(config.index_ca).read_bytes()  # as below
        outgoing(config, config.index_ca)


def _check_what_comes_in(config: Config) -> None:
    if not (config.tls_cert and config.tls_key):
        if config.tls_cert or config.tls_key or config.client_ca:
            raise CannotServe("TLS needs both --tls-cert and --tls-key")
        return
    for file in _files(config):
        file.read_bytes()  # an error of this tells which file it is
    server = _server(config)
    if config.client_ca:
        _believe(server, config.client_ca)
    _check_validity(server, config.tls_cert)


def outgoing(config: Config, *authorities: str) -> ssl.SSLContext:
    """For calls that this producer makes: shows its own certificate, and believes the system's authorities and these.

    It believes itself too, so that the communication test of the staff pages can call the server that it runs in.
    """
    context = ssl.create_default_context()
    context.minimum_version = _OLDEST
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for file in filter(None, (*authorities, config.tls_cert)):
        _believe(context, file)
    if config.tls_cert:
        _show(context, config)
    return context


class Renewal:
    """Notices that the files have changed since this process began, which reads them only then."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._seen = self._states()

    def has_come(self) -> bool:
        """Whether there are new files that can be used; those that cannot are told of once."""
        states = self._states()
        if states == self._seen:
            return False
        self._seen = states
        try:
            check(self._config)
        except (CannotServe, OSError) as reason:
            _LOG.warning("The certificates were changed to what cannot be used, and the old ones stay: %s", reason)
            return False
        return True

    def _states(self) -> list[tuple[int, int, int] | None]:
        return [_state(file) for file in _files(self._config)]


def _files(config: Config) -> list[Path]:
    return [Path(name) for name in (config.tls_cert, config.tls_key, config.client_ca) if name]


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:  # it is being replaced
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _server(config: Config) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _show(context, config)
    return context


def _show(context: ssl.SSLContext, config: Config) -> None:
    def password() -> str:
        raise CannotServe(f"The key {config.tls_key} is encrypted; give one that is not, readable by the server alone")

    try:
        context.load_cert_chain(config.tls_cert, config.tls_key, password)
    except ssl.SSLError as reason:
        told = f"{config.tls_cert} and {config.tls_key} are no certificate and its key in PEM: {_why(reason)}"
        raise CannotServe(told) from reason


def _believe(context: ssl.SSLContext, file: str) -> None:
    try:
        context.load_verify_locations(file)
    except ssl.SSLError as reason:
        raise CannotServe(f"{file} has no certificate in PEM: {_why(reason)}") from reason


def _check_validity(server: ssl.SSLContext, certificate: str) -> None:
    """Shows the certificate to a caller of our own, who believes it unless it is too old, too new or for no server."""
    caller = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    caller.check_hostname = False
    caller.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    caller.load_verify_locations(certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = caller.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)
    try:
        for end in (*ends, ends[0]):
            _speak(end)
    except ssl.SSLCertVerificationError as reason:
        raise CannotServe(f"No caller would believe {certificate}: {reason.verify_message}") from reason


def _speak(end: ssl.SSLObject) -> None:
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:  # it is the other's turn
        return


def _why(reason: ssl.SSLError) -> str:
    return (reason.reason or "it cannot be read").lower().replace("_", " ")
