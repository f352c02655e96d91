"""The jars of Kafka and the registry: fetched once by Maven, checked against pinned digests, kept by version."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import programs
from deploy.local.errors import DownloadError

_DIGESTS = Path(__file__).parent / "jars"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_TIMEOUT_S = 600
_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>vls.media.local</groupId>
  <artifactId>{name}</artifactId>
  <version>1</version>
  <dependencies>
{dependencies}
  </dependencies>
</project>
"""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A file in a Maven repository."""

    group: str
    artifact: str
    version: str
    type: str = "jar"
    classifier: str = ""
    alone: bool = False  # without what it depends on

    def as_dependency(self) -> str:
        """The element for a pom."""
        lines = [
            f"      <groupId>{self.group}</groupId>",
            f"      <artifactId>{self.artifact}</artifactId>",
            f"      <version>{self.version}</version>",
            f"      <type>{self.type}</type>",
        ]
        if self.classifier:
            lines.append(f"      <classifier>{self.classifier}</classifier>")
        if self.alone:
            everything = "<exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>"
            lines.append(f"      <exclusions>{everything}</exclusions>")
        return "\n".join(["    <dependency>", *lines, "    </dependency>"])


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one server is made of. `name` holds the version and is its folder in the cache."""

    name: str
    coordinates: tuple[Coordinate, ...]
    archive: bool = False  # one tar file that is unpacked

    @property
    def digests(self) -> Path:
        """The pinned digests, in the form of sha256sum."""
        return _DIGESTS / f"{self.name}.sha256"

    def pom(self) -> str:
        """The Maven project that names its files."""
        return _POM.format(name=self.name, dependencies="\n".join(c.as_dependency() for c in self.coordinates))


KAFKA = Bundle(
    "kafka-4.4.0",
    (
        Coordinate("org.apache.kafka", "kafka_2.13", "4.4.0"),
        # Binds Kafka's slf4j 1.7 to log4j, without which it logs nothing.
        Coordinate("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5"),
    ),
)
REGISTRY = Bundle(
    "apicurio-registry-2.6.13.Final",
    (Coordinate("io.apicurio", "apicurio-registry-app", "2.6.13.Final", "tar.gz", "all", alone=True),),
    archive=True,
)
BUNDLES = (KAFKA, REGISTRY)


def cache() -> Path:
    """Where downloads are kept: VLS_CACHE, or vls-media in the user's cache folder."""
    if chosen := os.environ.get("VLS_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vls-media"


def cached(bundle: Bundle) -> bool:
    """Whether it need not be fetched."""
    return (cache() / bundle.name).is_dir()


def all_cached() -> bool:
    """Whether no bundle need be fetched, so that Maven is not needed either."""
    return all(cached(bundle) for bundle in BUNDLES)


def fetch(bundle: Bundle) -> Path:
    """The bundle's folder in the cache, fetched when it is not there yet.

    Raises DownloadError when Maven fails or a file is not the pinned one, MissingProgramError without Maven.
    """
    folder = cache() / bundle.name
    if folder.is_dir():
        return folder
    cache().mkdir(parents=True, exist_ok=True)
    with _alone(cache() / f"{bundle.name}.lock"):
        if folder.is_dir():
            return folder
        with tempfile.TemporaryDirectory(prefix=f"{bundle.name}.", dir=cache()) as temporary:
            work = Path(temporary)
            downloaded = _download(bundle, work)
            check(downloaded, bundle.digests.read_text())
            if bundle.archive:
                (archive,) = downloaded.iterdir()
                downloaded = work / "unpacked"
                shutil.unpack_archive(archive, downloaded)
            downloaded.rename(folder)
    return folder


def check(folder: Path, digests: str) -> None:
    """Compare a folder's files with lines of `sha256  name`. Raises DownloadError unless they are the same files."""
    pinned = {name: digest for digest, name in (line.split() for line in digests.splitlines())}
    there = {path.name: _sha256(path) for path in folder.iterdir()}
    if there == pinned:
        return
    wrong = sorted(name for name in pinned.keys() | there.keys() if pinned.get(name) != there.get(name))
    raise DownloadError(f"the download is not what is pinned; missing, unexpected or changed: {', '.join(wrong)}")


def _download(bundle: Bundle, work: Path) -> Path:
    """Let Maven copy the bundle's files into a folder below `work`."""
    pom = work / "pom.xml"
    pom.write_text(bundle.pom())
    target = work / "download"
    # --strict-checksums: a transfer that went wrong is an error, not a warning.
    argv = [str(programs.maven()), "--batch-mode", "--quiet", "--strict-checksums", "-f", str(pom), _COPY]
    try:
        done = subprocess.run(
            [*argv, f"-DoutputDirectory={target}", "-DincludeScope=runtime"],
            cwd=work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"Maven did not fetch {bundle.name} within {_TIMEOUT_S} s") from error
    if done.returncode != 0:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("[ERROR]")]
        reason = said[0].removeprefix("[ERROR] ") if said else f"exit status {done.returncode}"
        raise DownloadError(f"Maven could not fetch {bundle.name} (is the network there?): {reason}")
    return target


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock file, so that two processes do not fetch the same bundle."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
