"""HTTP that asks for no call, or does not bring the body that it promises."""

from hostile.letters import BY_CONTRACT
from hostile.probe import ANY, VALID, XML, Probe

_BYTES = VALID.encode()
_PATHS = (
    ANY,
    f"{ANY}/",
    f"{ANY}/anything",
    BY_CONTRACT["MakeBooking"].path,
    f"{BY_CONTRACT['MakeBooking'].path}/",
    BY_CONTRACT["PingForConfiguration"].path,
    "/crm/scheduling/",
    "/crm/scheduling/../x",
    "/crm/scheduling/..%2fx",
    "/crm/scheduling/\0",
    "/crm/scheduling/%00",
    "/crm/scheduling/MakeBooking/1.1/rivtabp21",
    "/crm/\xe5\xe4\xf6\u2603",
    "/itintegration/monitoring/nothing",
    "/soap/" + "a" * 10_000,
    "/soap//soap",
    "/soap/..",
    "/crm/<script>alert(1)</script>",
    "/crm/%0d%0aSet-Cookie: a=b",
    "/crm/\r\nSet-Cookie: a=b",
)
_METHODS = (
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "post",
    "Post",
    "POSTS",
    "QUERY",
    "X" * 1000,
)


def _wrong_method(method: str, path: str, query: str = "") -> Probe:
    name = f"{method[:20]} {path[:60]!r} {query}"
    return Probe(name=name, body=_BYTES, says=("POST",), status=405, method=method, path=path, query=query)


_WRONG_METHODS = (
    *(_wrong_method("GET", path) for path in _PATHS),
    *(_wrong_method(method, path) for method in _METHODS for path in (ANY, BY_CONTRACT["MakeBooking"].path)),
    *(
        _wrong_method("GET", path, query)
        for path in (ANY, _PATHS[3])
        for query in ("x=1", "wsdll", "xwsdl=1", "a=wsdl", "%00")
    ),
    *(_wrong_method(method, BY_CONTRACT["MakeBooking"].path, "wsdl") for method in ("PUT", "DELETE", "OPTIONS")),
)


def _length(name: str, length: str, *says: str) -> Probe:
    return Probe(name=f"length {name}", body=_BYTES, says=says, headers=(*XML, ("Content-Length", length)))


_LENGTHS = (
    _length("a word", "abc", "Content-Length"),
    _length("negative", "-1", "Content-Length"),
    _length("signed", f"+{len(_BYTES)}", "Content-Length"),
    _length("a fraction", "10.5", "Content-Length"),
    _length("an exponent", "1e3", "Content-Length"),
    _length("hexadecimal", "0x10", "Content-Length"),
    _length("two", f"{len(_BYTES)}, {len(_BYTES)}", "Content-Length"),
    _length("with an underscore", "1_0", "Content-Length"),
    _length("of other digits", "\u0661\u0662", "Content-Length"),
    _length("superscript", "\u00b2", "Content-Length"),
    _length("of many digits", "9" * 5000, "larger than"),
    _length("too large", "20000000", "larger than"),
    _length("one too large", str(15_728_641), "larger than"),
    _length("longer than the body", str(len(_BYTES) + 1), "ended after", str(len(_BYTES))),
    _length("much longer than the body", str(15_728_640), "ended after"),
    _length("shorter than the body", str(len(_BYTES) - 1), "not well-formed"),
    _length("half the body", str(len(_BYTES) // 2), "not well-formed"),
    _length("nought", "0", "no body"),
    _length("missing", "", "no body"),
)

PROBES: tuple[Probe, ...] = (*_WRONG_METHODS, *_LENGTHS)
