"""What surrounds the product while it runs: the server process, the log and the numbers."""
