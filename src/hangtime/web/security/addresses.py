"""Network addresses of clients: what a header says is believed of trusted proxies alone."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

UNKNOWN = "unknown"
_IPV6_CUSTOMER = 64  # bits that one customer holds; the rest are his to change


def peer(scope: Scope, trusted: Collection[str]) -> str:
    """The nearest address that is no trusted proxy, else the furthest one told.

    `trusted`: addresses or networks of proxies.  What a client itself wrote into X-Forwarded-For
    stands left of what the proxies added, and is not reached.
    """
    client = scope.get("client")
    nearest = client[0] if client else UNKNOWN
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    chain = [nearest, *(each.strip() for each in reversed(said.split(",")) if each.strip())]
    for address in chain:
        if not _is_address(address):
            return nearest
        nearest = address
        if not _is_in(address, trusted):
            break
    return nearest


def network_of(address: str) -> str:
    """The address, or the network of an IPv6 customer."""
    if not _is_address(address):
        return UNKNOWN
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _IPV6_CUSTOMER), strict=False))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_in(address: str, networks: Collection[str]) -> bool:
    found = ip_address(address)
    return any(found in ip_network(each, strict=False) for each in networks)
