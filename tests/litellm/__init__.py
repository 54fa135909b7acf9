"""A real LiteLLM reaches the models that ``model_router`` routes: ``make test-litellm``."""
