"""Tests of ``model_router`` with a real LiteLLM: ``make test-litellm``."""
