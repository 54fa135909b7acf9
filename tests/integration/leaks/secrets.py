"""The secrets that are searched for; URLs escape some of their characters, and two kinds of base64 differ in them."""

TOKEN = "cwt-Leaks/Nowhere+4e9d~31?b7=Qz"
"""Found nowhere but in one header."""
WANDB_KEY = "wandb-Key/Of+77aa~Nobody?c5=Lm"
"""Stands in answers of the API, and nowhere else."""
SECRETS = {"token": TOKEN, "W&B key": WANDB_KEY}
