"""An absence in words."""

from datetime import datetime, timedelta

from producer.domain.schedule import Absence
from producer.domain.staff import Period, Sentence, Value

_DAY = timedelta(days=1)


def time_away(away: Absence) -> Value:
    """Whole days by their names, the rest with clock times."""
    if not _is_midnight(away.starts) or not _is_midnight(away.ends):
        return _from_to(away.starts, away.ends) if away.ends - away.starts >= _DAY else Period(away.starts, away.ends)
    last = away.ends - _DAY
    if last == away.starts:
        return away.starts.date()
    return _from_to(away.starts.date().isoformat(), last.date().isoformat())


def _from_to(first: Value, last: Value) -> Sentence:
    return Sentence("%(first)s till %(last)s", {"first": first, "last": last})


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == datetime.min.time()
