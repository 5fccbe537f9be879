"""The body of a request over HTTP, taken in whole or refused for its size."""

from collections.abc import Mapping
from typing import Any, Final

from producer.config import LARGEST_REQUEST
from producer.soap.faults import ClientFault

_PIECE: Final = 1 << 16


def body_of(environ: Mapping[str, Any]) -> bytes:
    """The whole body; one that is too large is not read at all, or no further than to know it (rule 14)."""
    length = _length(environ)
    pieces, size = [], 0
    try:
        while size <= LARGEST_REQUEST and (length is None or size < length):
            piece = environ["wsgi.input"].read(_PIECE if length is None else min(_PIECE, length - size))
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    except OSError as reason:
        raise ClientFault(f"The body did not arrive: {reason}") from reason
    _check_size(size)
    if length is not None and size < length:
        raise ClientFault(f"The body ended after {size} bytes of {length}")
    return b"".join(pieces)


def _length(environ: Mapping[str, Any]) -> int | None:
    """What Content-Length says; None for a chunked body, which ends by itself."""
    if environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() != "identity":
        raise ClientFault("Content-Encoding is not supported; send the XML as it is")
    given = environ.get("CONTENT_LENGTH") or ""
    if given.isascii() and given.isdigit():
        length = int(given.lstrip("0")[:20] or "0")  # Python refuses to read numbers of thousands of digits
        _check_size(length)
        return length
    if given:
        raise ClientFault("Content-Length is not a number")
    return None if environ.get("wsgi.input_terminated") else 0


def _check_size(size: int) -> None:
    if size > LARGEST_REQUEST:
        raise ClientFault(f"The body is larger than {LARGEST_REQUEST} bytes")
