"""Comparison with cwtrain, CoreWeave's own client: ``COREWEAVE_GATEWAY_CWTRAIN=1 pytest tests/cwtrain``."""
