"""Why a server gave no answer, in words, where requests gives its own insides."""

import re

# The first that occurs in what requests says; TLS before what it is an instance of.
_WORDS = {
    "connect to proxy": "the proxy does not answer",
    "NO_CERTIFICATE_OR_CRL_FOUND": "the file of ca_file holds no certificate",
    "WRONG_VERSION_NUMBER": "speaks http there, not https",
    "certificate has expired": "its certificate has expired",
    "Hostname mismatch": "its certificate is for another name",
    "IP address mismatch": "its certificate is for another address",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is of nobody who is trusted here; ca_file names "
    "an authority of your own",
    "Failed to resolve": "no address is known for its name",
    "Connection refused": "nothing listens there",
    "No route to host": "there is no way to it from here",
    "Network is unreachable": "there is no way to it from here",
    "RemoteDisconnected": "the connection was closed without an answer",
    "Connection reset": "the connection was closed without an answer",
    "Connection broken": "the answer broke off",
    "failed to decode": "says that it is compressed, and cannot be unpacked",
    "redirects": "is sent on in a circle",
}
_INSIDE = re.compile(r"\(Caused by (.+)\)")


def reason_of(error: Exception) -> str:
    """Why there is no answer; what requests says of the cause, where nothing better is known."""
    said = str(error)
    inside = _INSIDE.search(said)
    cause = inside[1] if inside else said
    return next((reason for part, reason in _WORDS.items() if part in said), cause.rstrip("."))
