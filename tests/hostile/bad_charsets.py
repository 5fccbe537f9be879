"""Bodies in an encoding that is not what it is said to be, is not read here, or does not hold (rule 15)."""

from hostile.probe import VALID, Probe, of_type, probe, swapped

_BARE = of_type("text/xml")
_DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
_UNDECLARED = swapped(VALID, f"{_DECLARED}\n", "")
_REASON = "Ont i knät"


def _declared(charset: str) -> str:
    return swapped(VALID, 'encoding="UTF-8"', f'encoding="{charset}"')


def _with_bytes(value: bytes) -> bytes:
    return VALID.encode().replace(_REASON.encode(), value)


_BROKEN_UTF_8 = tuple(
    probe(f"broken UTF-8: {name}", _with_bytes(value), "utf-8", "byte", headers=_BARE)
    for name, value in (
        ("ISO-8859-1", "Ont i knät".encode("iso-8859-1")),
        ("a lone byte", b"\xff"),
        ("a continuation alone", b"a\x80b"),
        ("a sequence cut short", b"a\xc3"),
        ("a sequence of three cut short", b"\xe2\x82"),
        ("an overlong slash", b"\xc0\xaf"),
        ("an overlong slash of three", b"\xe0\x80\xaf"),
        ("an overlong slash of four", b"\xf0\x80\x80\xaf"),
        ("an overlong less-than", b"\xc0\xbcc:reason\xc0\xbe"),
        ("an overlong NUL", b"\xc0\x80"),
        ("a high surrogate", b"\xed\xa0\x80"),
        ("a low surrogate", b"\xed\xb0\x80"),
        ("a pair of surrogates", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("beyond Unicode", b"\xf4\x90\x80\x80"),
        ("five bytes", b"\xf8\x88\x80\x80\x80"),
        ("six bytes", b"\xfc\x84\x80\x80\x80\x80"),
    )
)

_BROKEN_ELSEWHERE = (
    probe("broken UTF-8 at the end", VALID.encode() + b"\xc3", "utf-8", "byte"),
    probe("broken UTF-8 in a comment", VALID.encode() + b"<!-- \xe4 -->", "utf-8", "byte"),
    probe(
        "broken UTF-8 in a tag", swapped(VALID, "<c:reason>", "<c:reason@>").encode().replace(b"@", b"\xe4"), "utf-8"
    ),
    probe("broken UTF-8 after a BOM", b"\xef\xbb\xbf" + _with_bytes(b"\xe4"), "utf-8", "byte"),
)

_UNKNOWN_IN_HEADER = tuple(
    probe(
        f"unknown charset in the Content-Type: {name[:40] or 'nothing'}",
        VALID,
        "charset",
        "Content-Type",
        headers=of_type(f"text/xml; charset={name}"),
    )
    for name in (
        "",
        '""',
        "klingon",
        "utf-7",
        "utf-32",
        "utf-9",
        "utf_8_sig",
        "windows-1252",
        "cp1252",
        "iso-8859-15",
        "ebcdic-cp-se",
        "base64",
        "zlib_codec",
        "rot13",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "hex",
        "string_escape",
        "../../etc/passwd",
        "utf-8\x00",
        "'utf-8'",
        "é",
        "x" * 10_000,
    )
)

_UNKNOWN_IN_DECLARATION = tuple(
    probe(f"unknown charset in the declaration: {name[:40]}", _declared(name), "charset", "declaration", headers=_BARE)
    for name in (
        "klingon",
        "utf-7",
        "UTF-32",
        "windows-1252",
        "IBM037",
        "base64",
        "unicode_escape",
        "ISO-8859-2",
        "x" * 100,
    )
) + tuple(
    probe(f"charset in the declaration that is no name: {name or 'nothing'}", _declared(name), says, headers=_BARE)
    for name, says in (
        ("", "charset"),
        (" utf-8", "charset"),
        ("8-utf", "charset"),
        ("utf 8", "charset"),
        ("utf-8\x00", "charset"),
    )
)

_CONFLICTS = tuple(
    probe(f"charsets in conflict: {name}", body, "charset", *says, headers=of_type(content_type))
    for name, content_type, body, says in (
        ("header and declaration", "text/xml; charset=iso-8859-1", VALID.encode(), ("utf-8", "iso-8859-1")),
        (
            "header and declaration, turned",
            "text/xml; charset=utf-8",
            _declared("ISO-8859-1").encode("iso-8859-1"),
            ("utf-8", "iso-8859-1"),
        ),
        ("header and BOM", "text/xml; charset=utf-16", b"\xef\xbb\xbf" + _UNDECLARED.encode(), ("utf-16", "utf-8")),
        ("header and BOM, turned", "text/xml; charset=utf-8", _UNDECLARED.encode("utf-16"), ("utf-16", "utf-8")),
        (
            "header and byte order",
            "text/xml; charset=utf-16be",
            b"\xff\xfe" + _UNDECLARED.encode("utf-16-le"),
            ("utf-16",),
        ),
        (
            "declaration and BOM",
            "text/xml",
            b"\xef\xbb\xbf" + _declared("ISO-8859-1").encode(),
            ("iso-8859-1", "utf-8"),
        ),
        ("declaration and UTF-16", "text/xml", VALID.encode("utf-16"), ("utf-8", "utf-16")),
        (
            "declaration of UTF-16 in UTF-16 of other order",
            "text/xml",
            b"\xff\xfe" + _declared("UTF-16BE").encode("utf-16-le"),
            ("utf-16",),
        ),
        ("ASCII and UTF-8", "text/xml; charset=us-ascii", VALID.encode(), ("ascii", "utf-8")),
    )
)

_OTHERS = tuple(
    probe(f"encoding: {name}", body, *says, headers=headers)
    for name, headers, body, says in (
        ("ASCII with other letters", of_type("text/xml; charset=us-ascii"), _UNDECLARED.encode(), ("ascii", "byte")),
        ("UTF-16 declared, UTF-8 sent", _BARE, _declared("UTF-16").encode(), ("utf-16",)),
        (
            "UTF-16 in the header, UTF-8 sent",
            of_type("text/xml; charset=utf-16"),
            _UNDECLARED.encode(),
            ("utf-16", "first bytes"),
        ),
        ("UTF-16 of an odd number of bytes", _BARE, _UNDECLARED.encode("utf-16") + b"\n", ("utf-16", "byte")),
        (
            "UTF-16 with a lone surrogate",
            _BARE,
            b"\xff\xfe" + _UNDECLARED.replace(_REASON, "a\ud800b").encode("utf-16-le", "surrogatepass"),
            ("utf-16", "byte"),
        ),
        (
            "UTF-16 with surrogates turned",
            _BARE,
            b"\xff\xfe" + _UNDECLARED.replace(_REASON, "\udc00\ud800").encode("utf-16-le", "surrogatepass"),
            ("utf-16", "byte"),
        ),
        ("UTF-16 with the other order's BOM", _BARE, b"\xff\xfe" + _UNDECLARED.encode("utf-16-be"), ("not",)),
        ("two BOMs of UTF-16", _BARE, b"\xff\xfe\xff\xfe" + _UNDECLARED.encode("utf-16-le"), ("not well-formed",)),
        ("two BOMs of UTF-8", _BARE, b"\xef\xbb\xbf\xef\xbb\xbf" + _UNDECLARED.encode(), ("not well-formed",)),
        ("a BOM alone", _BARE, b"\xef\xbb\xbf", ("no",)),
        ("a BOM of UTF-16 alone", _BARE, b"\xff\xfe", ("no",)),
        ("UTF-32 with BOM", _BARE, _UNDECLARED.encode("utf-32"), ("not",)),
        ("UTF-32 big-endian with BOM", _BARE, b"\x00\x00\xfe\xff" + _UNDECLARED.encode("utf-32-be"), ("not",)),
        ("UTF-32 without BOM", _BARE, _UNDECLARED.encode("utf-32-le"), ("not",)),
        ("UTF-7", _BARE, _UNDECLARED.replace("<", "+ADw-").replace(">", "+AD4-").encode(), ("not well-formed",)),
        ("EBCDIC", _BARE, _UNDECLARED.encode("cp037"), ("not",)),
        ("Shift-JIS", _BARE, _UNDECLARED.replace(_REASON, "日本").encode("shift_jis", "replace"), ("utf-8", "byte")),
        (
            "windows-1252 as ISO-8859-1 and a control",
            of_type("text/xml; charset=iso-8859-1"),
            _UNDECLARED.replace(_REASON, "a\x00b").encode("iso-8859-1"),
            ("not well-formed",),
        ),
        ("SCSU's BOM", _BARE, b"\x0e\xfe\xff" + _UNDECLARED.encode(), ("utf-8",)),
        ("UTF-1's BOM", _BARE, b"\xf7\x64\x4c" + _UNDECLARED.encode(), ("utf-8",)),
        (
            "two charsets in the header",
            of_type("text/xml; charset=utf-8; charset=utf-16"),
            VALID.encode(),
            ("charset",),
        ),
    )
)

PROBES: tuple[Probe, ...] = (
    *_BROKEN_UTF_8,
    *_BROKEN_ELSEWHERE,
    *_UNKNOWN_IN_HEADER,
    *_UNKNOWN_IN_DECLARATION,
    *_CONFLICTS,
    *_OTHERS,
)
