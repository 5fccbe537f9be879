"""Certificates as authorities give them out, made when a test asks for them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate and its key, as files of PEM."""

    cert: str
    key: str

    @property
    def options(self) -> tuple[str, ...]:
        return "--tls-cert", self.cert, "--tls-key", self.key


class Authority:
    """Signs certificates; its own is in `path`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._count = 0
        self.path = str(folder / f"{name}.pem")
        own = _begun(self._name, self._name, self._key, until=NOW + 365 * DAY)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        Path(self.path).write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def issue(
        self,
        *purposes: ObjectIdentifier,
        since: datetime = NOW - 2 * DAY,
        until: datetime = NOW + 30 * DAY,
        password: bytes | None = None,
    ) -> Issued:
        self._count += 1
        stem = f"{Path(self.path).stem}-{self._count}"
        issued = Issued(cert=str(self._folder / f"{stem}-cert.pem"), key=str(self._folder / f"{stem}-key.pem"))
        self.issue_to(issued, *purposes, since=since, until=until, password=password)
        return issued

    def issue_to(
        self,
        place: Issued,
        *purposes: ObjectIdentifier,
        since: datetime = NOW - 2 * DAY,
        until: datetime = NOW + 30 * DAY,
        password: bytes | None = None,
    ) -> None:
        """Puts a new certificate and key where others may have been."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _begun(_named("127.0.0.1"), self._name, key, since=since, until=until)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        there = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        signed = made.add_extension(there, critical=False).sign(self._key, hashes.SHA256())
        lock: KeySerializationEncryption = BestAvailableEncryption(password) if password else NoEncryption()
        Path(place.key).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
        Path(place.cert).write_bytes(signed.public_bytes(Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    until: datetime,
    since: datetime = NOW - 2 * DAY,
) -> x509.CertificateBuilder:
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return begun.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)
