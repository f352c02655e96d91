"""Debian packages that are missing: installed when we are root, named otherwise."""

import os
import shutil
import subprocess
import sys

from deploy.local import jars, programs
from deploy.local.errors import MissingProgramError


def ensure() -> None:
    """Make sure that every program is there, installing packages as root on Debian and its kin.

    Raises MissingProgramError naming what is absent and how to get it.
    """
    wanted = programs.needs(jars_cached=jars.all_cached())
    packages = [need.package for need, _ in programs.missing(wanted) if need.package]
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write(f"installing {' '.join(packages)}\n")
        _install(packages)
    programs.require(wanted)


def _install(packages: list[str]) -> None:
    """Let apt install them; its lists may be absent (containers) or old, so they are fetched first."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=900
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()
            reason = said[-1] if said else f"exit status {done.returncode}"
            raise MissingProgramError(f"`{' '.join(argv)}` failed: {reason}")
