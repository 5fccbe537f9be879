"""Node's soap, in a process that takes a call per line and gives an answer per line."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from clients.stacks import Faulted, Headers, WsdlStyle, path_of

_SOURCES = Path(__file__).with_name("node")
_OLDEST = (20, 19)
_INSTALL_SECONDS = 300


class NodeStack:
    def __init__(self, address: str, style: WsdlStyle, process: subprocess.Popen[str]) -> None:
        self._address = address
        self._style = style
        self._process = process

    def call(self, contract: str, headers: Headers, **body: Any) -> Mapping[str, Any]:
        question = {
            "wsdl": f"{self._address}{path_of(contract)}?{self._style}",
            "operation": contract,
            "headers": headers.blocks,
            "body": body,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(question)}\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        if "fault" in said:
            fault = said["fault"]
            assert fault["status"] == 500, "a fault is HTTP 500 (rule 1)"
            raise Faulted(fault["code"].rpartition(":")[2], fault["text"])
        answer: Mapping[str, Any] = said["answer"]
        return answer


@contextmanager
def node_stack(address: str, style: WsdlStyle, installed: Path) -> Iterator[NodeStack]:
    process = subprocess.Popen(
        ["node", str(installed / "bridge.mjs")],
        cwd=installed,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield NodeStack(address, style, process)
    finally:
        process.kill()
        process.communicate()


def installed_in(cache: Path) -> Path:
    """The folder with the pinned package, installed once for each lock file; skips where there is no node."""
    _skip_without_node()
    content = b"".join(file.read_bytes() for file in sorted(_SOURCES.iterdir()) if file.is_file())
    folder = cache / f"soap-{sha256(content).hexdigest()[:16]}"
    if not folder.is_dir():
        _install(folder)
    return folder


def _skip_without_node() -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed here, so node's soap was not tried")
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, said.strip().lstrip("v").split(".")[:2])) < _OLDEST:
        pytest.skip(f"node's soap needs node {'.'.join(map(str, _OLDEST))} or newer, this is {said.strip()}")


def _install(folder: Path) -> None:
    """Beside its place first, so that a folder which is there is whole; where CI runs, a failure is a failure."""
    partly = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(partly, ignore_errors=True)
    shutil.copytree(_SOURCES, partly)
    npm = [shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(npm, cwd=partly, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
        trouble = done.stderr if done.returncode else None
    except subprocess.TimeoutExpired:
        trouble = f"npm was not done after {_INSTALL_SECONDS} seconds"
    if trouble is None and not folder.is_dir():
        partly.rename(folder)
    shutil.rmtree(partly, ignore_errors=True)
    if trouble is not None:
        if os.environ.get("CI"):
            pytest.fail(f"npm could not install node's soap: {trouble}")
        pytest.skip(f"npm could not install node's soap here: {trouble.splitlines()[0]}")
