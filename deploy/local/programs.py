"""Programs of the operating system that the servers need, and the Debian packages that carry them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import MissingProgramError

_JAVA_MAJOR = 17
_POSTGRES_ROOT = Path("/usr/lib/postgresql")


def java() -> Path:
    """Java 17 or newer, from JAVA_HOME or the PATH. Raises MissingProgramError."""
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if found is None or not Path(found).exists():
        raise MissingProgramError("Java 17 or newer is not installed (needed by Kafka and the registry)")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=60, check=False)
    version = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if version is None or int(version.group(1)) < _JAVA_MAJOR:
        raise MissingProgramError(f"{found} is not Java {_JAVA_MAJOR} or newer (needed by Kafka and the registry)")
    return Path(found)


def maven() -> Path:
    """Maven, which fetches the jars. Raises MissingProgramError."""
    found = shutil.which("mvn")
    if found is None:
        raise MissingProgramError("Maven (mvn) is not installed (fetches Kafka's and the registry's jars)")
    return Path(found)


def postgres(name: str = "postgres") -> Path:
    """A program of the newest installed PostgreSQL. Raises MissingProgramError."""
    versions = sorted((int(folder.name), folder) for folder in _POSTGRES_ROOT.glob("*") if folder.name.isdigit())
    for _, folder in reversed(versions):
        if (program := folder / "bin" / name).exists():
            return program
    found = shutil.which(name)
    if found is None:
        raise MissingProgramError("PostgreSQL's server is not installed")
    return Path(found)


def rclone() -> Path:
    """The S3 server, from the development packages beside this Python. Raises MissingProgramError."""
    beside = Path(sys.executable).parent / "rclone"
    if beside.exists():
        return beside
    found = shutil.which("rclone")
    if found is None:
        raise MissingProgramError("rclone is not beside this Python: run `make setup-dev`")
    return Path(found)


@dataclass(frozen=True, slots=True)
class Need:
    """A program, how to look for it, and the Debian package that has it."""

    name: str
    find: Callable[[], Path]
    package: str | None


def needs(*, jars_cached: bool) -> tuple[Need, ...]:
    """What the servers need; Maven only while the jars are not in the cache."""
    found = [
        Need("java", java, "openjdk-17-jre-headless"),
        Need("postgresql", postgres, "postgresql"),
        Need("rclone", rclone, None),
    ]
    if not jars_cached:
        found.insert(1, Need("maven", maven, "maven"))
    return tuple(found)


def missing(wanted: Sequence[Need]) -> list[tuple[Need, MissingProgramError]]:
    """Those that are not there, each with its reason."""
    absent = []
    for need in wanted:
        try:
            need.find()
        except MissingProgramError as error:
            absent.append((need, error))
    return absent


def require(wanted: Sequence[Need]) -> None:
    """Raise MissingProgramError naming everything that is absent and the command that installs it."""
    absent = missing(wanted)
    if not absent:
        return
    sentences = "; ".join(str(error) for _, error in absent)
    packages = [need.package for need, _ in absent if need.package]
    advice = f". Install with: apt-get install {' '.join(packages)}" if packages else ""
    raise MissingProgramError(f"{sentences}{advice}")
