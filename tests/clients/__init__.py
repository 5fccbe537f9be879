"""Client stacks that are not ours, each from the WSDLs that a running server gives."""
