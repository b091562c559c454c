"""Which addresses the hub may talk to: public ones, and private networks allowed by name."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from catalog.errors import BadSetting, NotAllowed, Unreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR: Final = ipaddress.IPv6Network("2002::/16")
_INWARD: Final = (
    ipaddress.ip_network("100.64.0.0/10"),  # carriers, and the metadata of some clouds
    ipaddress.ip_network("168.63.129.16/32"),  # the platform of a cloud, public by its number only
    ipaddress.ip_network("fec0::/10"),  # site-local, before fc00::/7 took its place
    ipaddress.ip_network("64:ff9b:1::/48"),  # NAT64 of a local network
)
"""Networks that the number alone would take for public."""


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a host, as the system resolves it.

    Raises:
        Unreachable: the name has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Unreachable("This host has no address.", place=host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that settings name as CIDR blocks.

    Raises:
        BadSetting: one is no network.
    """
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError as error:
            raise BadSetting(f"{text!r} is no network.", place="HUTONG_PRIVATE_NETWORKS") from error
    return tuple(found)


def checked(addresses: Sequence[str], host: str, allowed: Sequence[Network]) -> Sequence[str]:
    """A host's addresses, once all of them are known to be fine.

    One bad address among good ones refuses the host: which of them a later connection would take
    is not ours to say.

    Raises:
        NotAllowed: an address is not public and in no allowed network; names the host only.
        Unreachable: there is none.
    """
    if not addresses:
        raise Unreachable("This host has no address.", place=host)
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not is_fine(address, allowed):
            raise NotAllowed(
                "This host is in a network that the hub does not go to.",
                place=host,
                hint="An operator can allow the network in HUTONG_PRIVATE_NETWORKS.",
            )
    return addresses


def is_fine(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """True when the address is public, seen through every way of hiding an IPv4 one in IPv6.

    >>> is_fine(ipaddress.ip_address("::ffff:127.0.0.1"))
    False
    >>> is_fine(ipaddress.ip_address("9.9.9.9"))
    True
    """
    inner = _inner(address)
    if any(inner.version == net.version and inner in net for net in allowed):
        return True
    if any(inner in network for network in _INWARD):
        return False
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inner(address: Address) -> Address:
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR and address.sixtofour:
        return address.sixtofour
    return address
