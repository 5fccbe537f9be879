"""The parts of Spyne that the server is built of, imported so that Spyne 2.14.0 works on Python 3.11, 3.12 and 3.13.

Its bundled `six` installs an import hook that Python 3.12 no longer calls and Python 3.11 warns about, and its Soap11
imports `cgi`, which Python 3.13 no longer has, for one function of a transport that is not used here. So the real
`six` stands in under the bundled one's name, and an empty module under the name `cgi` while Spyne is imported. The
transport is our own (`engine.py`), so `spyne.server.wsgi`, which needs more of `cgi`, is never imported.
"""

import collections.abc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from types import ModuleType

import six  # type: ignore[import-untyped]  # six has no types

_PREFIX = "spyne.util.six"


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Spyne's names for modules that this Python lacks; only those of its own package stay registered."""
    bundled = ModuleType(_PREFIX)
    vars(bundled).update(vars(six), get_function_name=attrgetter("__name__"))  # the one function that Spyne added
    own = {_PREFIX: bundled, f"{_PREFIX}.moves": six.moves, f"{_PREFIX}.moves.collections_abc": collections.abc}
    sys.modules.update(own)
    had_cgi = "cgi" in sys.modules
    sys.modules.setdefault("cgi", ModuleType("cgi"))
    try:
        yield
    finally:
        if not had_cgi:
            del sys.modules["cgi"]


def _silenced() -> None:
    """Spyne logs faults with traceback and request; our own line says it once, with patient ids masked (rule 9)."""
    logging.getLogger("spyne").setLevel(logging.CRITICAL + 1)


with _stand_ins():
    from spyne import (  # type: ignore[import-untyped]  # Spyne has no types
        Application,
        Fault,
        MethodContext,
        ServiceBase,
        rpc,
    )
    from spyne.model.primitive import AnyXml  # type: ignore[import-untyped]  # as above
    from spyne.protocol.soap.soap11 import Soap11  # type: ignore[import-untyped]  # as above
    from spyne.server import ServerBase  # type: ignore[import-untyped]  # as above
_silenced()

__all__ = ["AnyXml", "Application", "Fault", "MethodContext", "ServerBase", "ServiceBase", "Soap11", "rpc"]
