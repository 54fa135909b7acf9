"""Profiles every thread of an interpreter that finds this on its path, by CPU time, if BENCHMARK_PROFILE names a file.

Python before 3.12 only: later ones allow one profile in a process, which mixes its threads up.
"""

import atexit
import cProfile
import os
import pstats
import sys
import threading
import time

_profiles: list[cProfile.Profile] = []


def _start(*_: object) -> None:
    profile = cProfile.Profile(time.thread_time)
    _profiles.append(profile)
    profile.enable()


def _write(path: str) -> None:
    threading.setprofile(None)
    _profiles[0].disable()
    stats = pstats.Stats(*[profile for profile in _profiles if profile.getstats()])
    stats.dump_stats(path)


_path = os.environ.get("BENCHMARK_PROFILE")
# The program's interpreter, not those of the provider and of whatever else runs for a preview: the official language
# host runs pulumi-language-python-exec, the fallback one run_program.
if _path and any(name in " ".join(sys.orig_argv) for name in ("pulumi-language-python-exec", "run_program")):
    atexit.register(_write, _path)
    threading.setprofile(_start)
    _start()
