"""A certificate authority for tests, and valid and invalid server certificates."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class _Authority:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for keys and certificates, which is removed when the process ends."""
    return tempfile.TemporaryDirectory(prefix="faults-tls-")


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
    )


@functools.cache
def _authority(name: str) -> _Authority:
    key, subject = ec.generate_private_key(ec.SECP256R1()), _named(name)
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        _builder(subject, subject, key)
        .not_valid_before(now - 30 * _DAY)
        .not_valid_after(now + 30 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _Authority(subject, key, certificate)


@functools.cache
def bundle() -> str:
    """Return the path of the CA bundle with the trusted authority."""
    path = Path(_folder().name) / "ca.pem"
    path.write_bytes(_authority("Trusted by the tests").certificate.public_bytes(serialization.Encoding.PEM))
    return str(path)


@functools.cache
def no_bundle() -> str:
    """Return the path of a file that is not a CA bundle."""
    path = Path(_folder().name) / "rubbish.pem"
    path.write_text("not a certificate\n")
    return str(path)


@functools.cache
def chain(*, host: str = HERE, days: tuple[int, int] = (-1, 1), trusted: bool = True, self_signed: bool = False) -> str:
    """Return the path of a server's key and certificate.

    Args:
        host: The name or address that the certificate is for.
        days: From when to when it is valid, in days from now.
        trusted: Whether it is signed by the authority of :func:`bundle`, or else by another one.
        self_signed: Whether it is signed by itself.

    """
    authority = _authority("Trusted by the tests" if trusted else "Untrusted")
    key, subject = ec.generate_private_key(ec.SECP256R1()), _named(host)
    signer = key if self_signed else authority.key
    now = datetime.datetime.now(datetime.timezone.utc)
    try:
        name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    certificate = (
        _builder(subject, subject if self_signed else authority.name, key)
        .not_valid_before(now + days[0] * _DAY)
        .not_valid_after(now + days[1] * _DAY)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    path = Path(_folder().name) / f"{certificate.serial_number}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)


def context(certificate: str | None = None, *, require_client_certificate: bool = False) -> ssl.SSLContext:
    """Return a server's TLS context, by default with a valid certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate or chain())
    if require_client_certificate:
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(bundle())
    return made
