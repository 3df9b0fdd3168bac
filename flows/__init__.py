"""Time, network, Prefect and the command line; no parsing and no SQL."""
