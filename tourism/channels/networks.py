"""Which numeric addresses are on the public internet."""

import ipaddress

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def fetchable(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the public internet: not private, loopback, link-local, multicast,
    nor an IPv6 form that stands for an IPv4 address."""
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    disguised = ip.ipv4_mapped or ip.sixtofour or ip.teredo
    return not disguised and ip not in _NAT64
