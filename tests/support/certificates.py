"""An authority, and certificates that it issues, for tests of TLS."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """Files in PEM."""

    authority: str
    server: str
    server_key: str
    client: str
    client_key: str

    def server_context(self, *, asks_for_a_certificate: bool = False) -> ssl.SSLContext:
        """How a server with these speaks TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server, self.server_key)
        if asks_for_a_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.authority)
        return context


def issue(folder: Path) -> Certificates:
    """An authority of its own, a certificate for 127.0.0.1 and ::1, and one for a client."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("tests")
    authority = _sign(authority_name, authority_key, authority_name, authority_key, is_ca=True)
    paths = {"authority": _written(folder / "ca.pem", authority)}
    for who in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign(_name(who), key, authority_name, authority_key, is_ca=False)
        paths[who] = _written(folder / f"{who}.pem", certificate)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = folder / f"{who}.key"
        path.write_bytes(pem)
        paths[f"{who}_key"] = str(path)
    return Certificates(**paths)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _written(path: Path, certificate: x509.Certificate) -> str:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(path)


def _sign(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_ca: bool,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    addresses = [x509.IPAddress(ipaddress.ip_address(x)) for x in ("127.0.0.1", "::1")]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if not is_ca:
        builder = builder.add_extension(x509.SubjectAlternativeName(addresses), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
