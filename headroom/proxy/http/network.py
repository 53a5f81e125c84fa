"""What stands between us and an upstream: the proxy of a company, and whom TLS trusts."""

from __future__ import annotations

import ipaddress
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from headroom.config.certificate import named_certificates
from headroom.errors import ConfigurationError, HeadroomError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPOKEN = ("http", "https")


class UnspokenProxyError(HeadroomError):
    """The environment names a proxy that speaks something else than HTTP."""


class Proxies:
    """The proxies that the environment, or the system, names: `HTTPS_PROXY`, `NO_PROXY` and so on.

    Args:
        named: URL of the proxy for each scheme ("all" for any); by default as it is now.
    """

    def __init__(self, named: Mapping[str, str] | None = None) -> None:
        self._named = dict(getproxies() if named is None else named)
        self._outside = [each.strip() for each in self._named.get("no", "").split(",")]

    def __bool__(self) -> bool:
        return any(scheme in self._named for scheme in (*_SPOKEN, "all"))

    def of(self, url: str) -> str | None:
        """Return the URL of the proxy for a URL, or None: this machine is always spoken to itself.

        Raises:
            UnspokenProxyError: there is one that we cannot speak to.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        found = self._named.get(parts.scheme) or self._named.get("all")
        if not found or is_here(host) or self._is_outside(host, parts.port):
            return None
        if "://" not in found:
            found = f"http://{found}"
        scheme = urlsplit(found).scheme
        if scheme not in _SPOKEN:
            raise UnspokenProxyError(
                f"the environment names a {scheme} proxy for {host}, and only HTTP proxies are "
                "spoken; set HTTPS_PROXY to one, or put the host into NO_PROXY"
            )
        return found

    def _is_outside(self, host: str, port: int | None) -> bool:
        """Whether a host is one that `NO_PROXY` names: also by its port or its network."""
        if proxy_bypass(host) or (port is not None and proxy_bypass(f"{host}:{port}")):
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in map(_network, self._outside) if network)


def is_here(host: str) -> bool:
    """Whether a host is this machine, which no proxy elsewhere can reach."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return plain.is_loopback or plain.is_unspecified


def trust() -> ssl.SSLContext | None:
    """Return whom TLS trusts; None where that is what Python does by itself.

    Authorities of companies often lack what newer rules ask for, and all other programs take them
    as they are: what Python asks for besides, from 3.13 on, is asked of nobody. Certificates that
    `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `NODE_EXTRA_CA_CERTS` name are trusted besides;
    `SSL_CERT_FILE` and `SSL_CERT_DIR` stand in the place of the system's.

    Raises:
        ConfigurationError: a file that is not there, or holds no certificates.
    """
    named = named_certificates()
    if named is None and sys.version_info < (3, 13):
        return None
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(("http/1.1",))
    read = _of_the_system(context)
    for variable, path in named or ():
        try:
            if path.resolve() in read:
                continue
            if path.is_dir():
                context.load_verify_locations(capath=path)
            else:
                context.load_verify_locations(cafile=path)
            read.add(path.resolve())
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"{variable} names no file of certificates: {path}: {error}"
            ) from error
    return context


def _of_the_system(context: ssl.SSLContext) -> set[Path]:
    """Return the file that a context read its certificates from by itself.

    To read it takes a twentieth of a second, and several variables often name one and the same.
    """
    file = ssl.get_default_verify_paths().cafile
    return {Path(file).resolve()} if file and context.cert_store_stats()["x509"] else set()


def _network(written: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(written, strict=False) if "/" in written else None
    except ValueError:
        return None
