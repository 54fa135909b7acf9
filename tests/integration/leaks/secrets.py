"""Secrets with characters that URLs escape, and in which the two alphabets of base64 differ."""

TOKEN = "cwt-Leaks/Nowhere+4e9d~31?b7=Qz"
"""Must be in the Authorization header only."""
WANDB_KEY = "wandb-Key/Of+77aa~Nobody?c5=Lm"
"""Part of the API's responses; must not be anywhere else."""
SECRETS = {"token": TOKEN, "W&B key": WANDB_KEY}
