"""What the wire says to a caller whose request cannot be taken."""


class ClientFault(Exception):
    """The caller's request is wrong; the text is shown in faultstring (rule 8)."""

    code: str = "Client"

    @property
    def text(self) -> str:
        return str(self)
