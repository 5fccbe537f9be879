"""What the operator has said of Engagemangsindex, kept in the database before anybody is served."""

from datetime import datetime
from urllib.parse import urlsplit

from producer.config import Config
from producer.domain.engagements import IndexSettings, faults_in
from producer.services.engagements import settle
from producer.serving.readiness import NotReady
from producer.store.engine import open_database


def check_address(config: Config) -> None:
    """Raises NotReady for an address at which no index can be called."""
    if config.index_url and not _is_callable(config.index_url):
        raise NotReady(
            f"--index-url {config.index_url} is no address that can be called: http://HOST/... or https://HOST/..."
        )


def index_settings(config: Config) -> IndexSettings | None:
    """None when no index is told and nobody fetches."""
    if not config.index_url and not config.index_pull:
        return None
    return IndexSettings(
        source_system=config.source_system.strip(),
        data_controller=config.data_controller.strip() or None,
        categories_by_kind=config.index_categories,
    )


def keep_index_true(config: Config, now: datetime) -> int:
    """Turns the index on, or every post into one of new settings; how many were not so. Raises NotReady.

    The settings stay in the database, so that what is seeded or done by hand is told by the same ones.
    """
    settings = index_settings(config)
    if settings is not None and (faults := faults_in(settings)):
        raise NotReady(f"Engagemangsindex would refuse every post: {', '.join(faults)}")
    database = open_database(config.database)
    try:
        return settle(database, settings, now)
    finally:
        database.close()


def _is_callable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a pair of brackets
        return False
    return is_whole and url.isascii() and url.isprintable() and " " not in url
