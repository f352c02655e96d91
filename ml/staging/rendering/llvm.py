"""Which libLLVM the renderer can use: each candidate is tried in a process of its own, for a wrong one aborts it."""

import ctypes.util
import functools
import os
import subprocess
import sys
from pathlib import Path

VARIABLE = "DRJIT_LIBLLVM_PATH"
"""Names the library for drjit; where the user has set it, nothing else is tried."""

PACKAGE = "libllvm19"
"""Of Debian 12 and Ubuntu 24.04."""

_NEWEST, _OLDEST = 20, 17
"""Versions looked for, the best tried first. 16 aborts the process, 14 and 15 lack what is needed."""

_PROBE = """
import mitsuba
mitsuba.set_variant("llvm_ad_rgb")
import drjit
assert float(drjit.sum(mitsuba.Float([1, 2, 3]) * 2)[0]) == 12
"""
_PROBE_S = 120.0
_FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")


def candidates() -> tuple[str, ...]:
    """Paths or sonames that may be a libLLVM the renderer can use, the likeliest first."""
    named = os.environ.get(VARIABLE)
    if named:
        return (named,)
    # 19 first: the one that this code was tried with.
    versions = sorted(range(_OLDEST, _NEWEST + 1), key=lambda version: (version != 19, -version))
    found: list[str] = []
    for version in versions:
        names = (f"libLLVM.so.{version}.1", f"libLLVM-{version}.so.1", f"libLLVM-{version}.so")
        places = [Path(folder) / name for folder in _FOLDERS for name in names]
        places += [Path(f"/usr/lib/llvm-{version}/lib") / name for name in names]
        found += [str(place) for place in places if place.is_file()][:1]
    if not found and (elsewhere := ctypes.util.find_library("LLVM-19")):
        found.append(elsewhere)
    return tuple(found)


@functools.cache
def usable() -> str | None:
    """The first candidate that renders, None where none does. Takes about two seconds the first time."""
    return next((path for path in candidates() if probe(path) is None), None)


def probe(path: str) -> str | None:
    """Why the renderer cannot use this library, None where it can. Whatever it does, it does in another process."""
    try:
        ended = subprocess.run(
            [sys.executable, "-c", _PROBE],
            env={**os.environ, VARIABLE: path},
            capture_output=True,
            timeout=_PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{path} did not answer within {_PROBE_S:.0f} s"
    if ended.returncode == 0:
        return None
    said = ended.stderr.decode(errors="replace").strip().splitlines()
    return f"{path}: {said[-1] if said else f'ended with {ended.returncode}'}"
