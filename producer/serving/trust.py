"""Whose word about a call is believed: what tells the consumer comes from the proxies in front, or from nobody."""

from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from wsgiref.types import WSGIEnvironment

from producer.config import Config
from producer.serving.supervisor import CannotServe
from producer.soap.consumers import Consumers, NoSuchContract

_SAID_BY_PROXIES: Final = (
    "HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID",
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
)


class Trust:
    """The proxies that are believed; without any, whoever reaches the port is."""

    def __init__(self, proxies: Iterable[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(each.strip(), strict=False) for each in proxies]

    def believed(self, environ: WSGIEnvironment) -> WSGIEnvironment:
        """The request without what its sender may not say."""
        if not self._networks or self._is_proxy(str(environ.get("REMOTE_ADDR", ""))):
            return environ
        return {name: value for name, value in environ.items() if name not in _SAID_BY_PROXIES}

    def _is_proxy(self, peer: str) -> bool:
        with suppress(ValueError):  # it has no address, as behind a socket that is a file
            address = _plain(peer)
            return any(address in network for network in self._networks)
        return False


def check(config: Config) -> None:
    """Raises CannotServe for lists that cannot be read, or that would guard nothing."""
    try:
        Trust(config.trusted_proxies)
        Consumers.of(config.consumers)
    except (ValueError, NoSuchContract) as reason:
        raise CannotServe(str(reason)) from reason
    if (config.consumers or config.agent_consumers) and not config.trusted_proxies:
        raise CannotServe(
            "Consumers are known by a header that anybody can write: name with --trusted-proxies from which addresses "
            "it is believed"
        )


def _plain(peer: str) -> IPv4Address | IPv6Address:
    """The address that a peer is known by, whichever kind of socket it came through."""
    address = ip_address(peer.strip("[]").partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
