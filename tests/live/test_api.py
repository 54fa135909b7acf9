"""The shared tests of the API, against the real one."""

from tests.api_bodies import *  # noqa: F403
