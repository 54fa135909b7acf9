"""The real API is as the emulator says."""

from tests.api_bodies import *  # noqa: F403
