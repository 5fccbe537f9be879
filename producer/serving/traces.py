"""What the log tells of an error: its kind, its way through the code, and words that can hold no patient's data.

A driver's message may quote the row it is about, and a KeyError or a ValueError the very value that was at fault.
"""

import traceback
from collections.abc import Iterator
from typing import Final

from producer.store.errors import StoreError

# Those whose words are of the code and the machine alone, and of these classes only: a subclass may say anything.
_TELL_ALL: Final = frozenset(
    {TypeError, AttributeError, NameError, UnboundLocalError, ImportError, ModuleNotFoundError, ZeroDivisionError}
    | {RuntimeError, RecursionError, NotImplementedError, MemoryError, TimeoutError}
)
_CAUSED: Final = "\nThe above exception was the direct cause of the following exception:\n\n"
_MEANWHILE: Final = "\nDuring handling of the above exception, another exception occurred:\n\n"


def told(error: BaseException) -> str:
    """As Python would tell it, the first error first, without what an error says of values."""
    return "".join(_told(error, set())).rstrip()


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield _CAUSED if error.__cause__ else _MEANWHILE
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    yield f"{_name_of(type(error))}{_words_of(error)}\n"


def _name_of(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _words_of(error: BaseException) -> str:
    if isinstance(error, StoreError) or type(error) in _TELL_ALL:
        return f": {error}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return f": {state}" if state else ""
