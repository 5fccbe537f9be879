"""Spyne as the SOAP engine: contexts, dispatch, events and faults are its own, the cost of its object model is not."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from lxml import etree

from producer.soap.contracts import Contract
from producer.soap.spyne_parts import AnyXml, Application, Fault, MethodContext, ServerBase, ServiceBase, Soap11, rpc

_OPENING = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
)
_CLOSING = b"</soap:Body></soap:Envelope>"


class Work(Protocol):
    """What the engine carries from the envelope to the ready answer, one step at a time."""

    @property
    def blocks(self) -> list[etree._Element]: ...
    @property
    def body(self) -> etree._Element: ...
    def read(self) -> object: ...
    def perform(self, call: Any) -> bytes: ...
    def blame(self, reason: Exception) -> tuple[str, str]: ...


@contextmanager
def _as_fault(work: Work) -> Iterator[None]:
    try:
        yield
    except Exception as reason:  # noqa: BLE001 - whatever it is, the caller gets a fault and the log the rest
        raise Fault(*work.blame(reason)) from None


class _Wire(Soap11):  # type: ignore[misc]  # Spyne has no types
    """Soap11 for an envelope that has been opened already, and for a body of ready bytes."""

    def get_context(self, *_: object) -> None:
        """None: Spyne's and the call's own would hold each other, and request and answer outlive the call."""

    def create_in_document(self, ctx: Any, *_: object) -> None:
        ctx.in_document = ctx.udc

    def decompose_incoming_envelope(self, ctx: Any, *_: object) -> None:
        ctx.in_header_doc, ctx.in_body_doc = ctx.udc.blocks, ctx.udc.body
        ctx.method_request_string = ctx.udc.body.tag

    def deserialize(self, ctx: Any, **_: object) -> None:
        self.event_manager.fire_event("before_deserialize", ctx)
        with _as_fault(ctx.udc):
            ctx.in_object = ctx.udc.read()
        self.event_manager.fire_event("after_deserialize", ctx)

    def serialize(self, ctx: Any, message: object) -> None:
        if ctx.out_error is not None:
            super().serialize(ctx, message)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:
        if ctx.out_error is not None:
            super().create_out_string(ctx, charset)
        else:
            ctx.out_string = [_OPENING, ctx.out_object[0], _CLOSING]

    def fault_to_parent(
        self, _ctx: object, _cls: object, inst: Any, parent: etree._Element, *_: object, **__: object
    ) -> None:
        """Code and text alone: no empty faultactor (rule 27), no detail of our own making (rule 8)."""
        fault = etree.SubElement(parent, f"{{{self.ns_soap_env}}}Fault")
        etree.SubElement(fault, "faultcode").text = f"{self.soap_env}:{inst.faultcode}"
        etree.SubElement(fault, "faultstring").text = inst.faultstring


class _Context(MethodContext):  # type: ignore[misc]  # Spyne has no types
    __setattr__ = object.__setattr__  # Spyne's asks at each of fifty whether it is a new one

    def copy(self) -> "_Context":
        """Spyne takes one for each method that a request reaches; here a request reaches one."""
        return self

    def close(self) -> None:
        """As Spyne's, but for the garbage collection that it forces on every few calls: nothing is left for it."""
        self.is_closed = True
        self.app.event_manager.fire_event("method_context_closed", self)
        self.event = self.transport = None  # they hold this context


class _Transport(ServerBase):  # type: ignore[misc]  # Spyne has no types
    transport = "http://schemas.xmlsoap.org/soap/http"

    def run(self, work: Work) -> tuple[bytes, ...]:
        ctx = self._context(work)
        (ctx,) = self.generate_contexts(ctx)
        if ctx.in_error is None:
            self.get_in_object(ctx)
        if ctx.in_error is None:
            self.get_out_object(ctx)
        return self._out(ctx)

    def fault(self, code: str, text: str) -> tuple[bytes, ...]:
        ctx = self._context(None)
        ctx.out_error = Fault(code, text)
        return self._out(ctx)

    def _context(self, work: Work | None) -> Any:
        ctx = _Context(self, MethodContext.SERVER)
        ctx.udc = work
        return ctx

    def _out(self, ctx: Any) -> tuple[bytes, ...]:
        self.get_out_string(ctx)
        ctx.close()
        return tuple(ctx.out_string)


class Engine:
    """One Spyne application per contract, since an application finds methods in its own namespace only."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._transports: Mapping[str, _Transport] = {row.request_qname: _transport(row) for row in contracts}
        self._homeless = _Transport(_application([], namespace="urn:none", name="Faults"))

    def run(self, work: Work) -> tuple[bytes, ...]:
        """The answer's envelope, a fault's too; the body must be a request of one of the contracts."""
        return self._transports[work.body.tag].run(work)

    def fault(self, code: str, text: str) -> tuple[bytes, ...]:
        """The fault for what belongs to no contract."""
        return self._homeless.fault(code, text)


def _transport(row: Contract) -> _Transport:
    return _Transport(_application([_service(row)], namespace=row.request.namespace, name=row.name))


def _application(services: list[type], *, namespace: str, name: str) -> Any:
    return Application(services, tns=namespace, name=name, in_protocol=_Wire(), out_protocol=_Wire())


def _service(row: Contract) -> type:
    def operation(ctx: Any, call: object) -> bytes:
        work: Work = ctx.udc
        with _as_fault(work):
            return work.perform(call)

    operation.__name__ = row.name
    bare = rpc(AnyXml, _returns=AnyXml, _body_style="bare", _in_message_name=row.name, _operation_name=row.name)
    return type(f"{row.name}Service", (ServiceBase,), {row.name: bare(operation)})
