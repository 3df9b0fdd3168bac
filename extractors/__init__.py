"""Pure reading of documents: bytes in, records out; no network, clock, database or Prefect."""
