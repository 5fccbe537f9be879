"""Client stacks in two languages live the whole life of a booking from our WSDLs, over HTTP."""

from pathlib import Path

import pytest

from clients import story
from clients.conftest import Served
from clients.node_stack import installed_in, node_stack
from clients.stacks import STYLES, WsdlStyle
from clients.zeep_stack import zeep_stack


@pytest.mark.parametrize("style", STYLES)
def test_zeep_lives_the_life_of_a_booking(style: WsdlStyle, served: Served, tmp_path: Path) -> None:
    """Rules 10, 16, 18, 19, 47-49, 59, 62, 64, 66-68, 73, 75-79 and 94, as Python's zeep meets them."""
    with served(tmp_path) as address, zeep_stack(address, style) as stack:
        story.tell(stack)


@pytest.mark.only_on(
    "sqlite", reason="zeep tells whether both databases answer alike, this whether both stacks read so"
)
@pytest.mark.parametrize("style", STYLES)
def test_node_lives_the_life_of_a_booking(
    style: WsdlStyle, served: Served, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Rules 10, 16, 18, 19, 47-49, 59, 62, 64, 66-68, 73, 75-79 and 94, as node's soap meets them."""
    installed = installed_in(Path(pytestconfig.cache.mkdir("clients")))
    with served(tmp_path) as address, node_stack(address, style, installed) as stack:
        story.tell(stack)
