"""CoreWeave's own client reads what ours reads, and agrees: ``COREWEAVE_GATEWAY_CWTRAIN=1 pytest tests/cwtrain``."""
