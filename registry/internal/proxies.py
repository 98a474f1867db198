"""Who asks, and over which scheme: what a trusted proxy says of a request, and nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from registry.errors import RegistryError
from registry.internal.http import header
from registry.locale import _

THIS_MACHINE: Final = ("127.0.0.0/8", "::1/128")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def proxy_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The addresses or networks that are named. Raises RegistryError for what is neither."""
    found: list[Network] = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            raise RegistryError(
                _("“{text}” is no address of a proxy").format(text=text),
                _("Name an IP address or a network, as 10.0.0.5 or 10.0.0.0/24."),
            ) from None
    return tuple(found)


class Proxies:
    """The proxies in front of a server. None: whoever connects is who asks.

    `notify` is told, once, of a proxy that is not trusted.
    """

    def __init__(self, networks: Iterable[Network], notify: Callable[[str], None]) -> None:
        self._networks = tuple(networks)
        self._notify = notify
        self._told = False

    def __bool__(self) -> bool:
        return bool(self._networks)

    def seen_through(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        """The request with its client's address and its scheme, as a trusted proxy tells them.

        Of several addresses the last counts, which the proxy itself has added.
        """
        seen, direct = dict(scope), client_address(scope)
        told = header(scope, b"x-forwarded-for")
        if not self._networks:
            return seen
        if not self._trusts(direct):
            if told:
                self._tell(direct)
            return seen
        try:
            address = ipaddress.ip_address(told.rpartition(",")[2].strip())
            seen["client"] = (str(address), 0)
        except ValueError:
            pass
        scheme = header(scope, b"x-forwarded-proto").strip().lower()
        if scheme in ("http", "https"):
            seen["scheme"] = scheme
        return seen

    def _trusts(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None) or found
        return any(mapped in network for network in self._networks)

    def _tell(self, direct: str) -> None:
        if not self._told:
            self._told = True
            text = _("What {address} says of visitors' addresses is not believed: it is no proxy.")
            remedy = _("If it is yours, name it with --proxy {address}.")
            self._notify(f"{text} {remedy}".format(address=direct))


def client_address(scope: Mapping[str, Any]) -> str:
    """The client's IP address; "" where it has none."""
    client = scope.get("client")
    return str(client[0]) if client else ""
