"""Fetching what is pinned."""

import hashlib
from pathlib import Path

import pytest

from deploy.local import jars, programs
from deploy.local.errors import DownloadError, MissingProgramError


def _digests(**files: bytes) -> str:
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())


def test_the_pinned_files_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    jars.check(tmp_path, _digests(a=b"1"))


def test_a_changed_a_missing_and_an_unexpected_file_are_each_named(tmp_path: Path) -> None:
    (tmp_path / "changed").write_bytes(b"1")
    (tmp_path / "unexpected").write_bytes(b"1")
    with pytest.raises(DownloadError, match=r"changed, missing, unexpected$"):
        jars.check(tmp_path, _digests(changed=b"2", missing=b"1"))


@pytest.mark.parametrize("bundle", jars.BUNDLES, ids=lambda bundle: bundle.name)
def test_every_named_version_has_its_digest(bundle: jars.Bundle) -> None:
    pinned = bundle.digests.read_text()
    for coordinate in bundle.coordinates:
        assert f"{coordinate.artifact}-{coordinate.version}" in pinned


def test_without_maven_an_empty_cache_says_so_and_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError, match="Maven"):
        jars.fetch(jars.KAFKA)
    assert not jars.cached(jars.KAFKA)


def test_a_failed_download_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "mvn"
    broken.write_text("#!/bin/sh\necho '[ERROR] no route to the repository'\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(programs, "maven", lambda: broken)
    monkeypatch.setenv("VLS_CACHE", str(tmp_path / "cache"))
    with pytest.raises(DownloadError, match="no route to the repository"):
        jars.fetch(jars.KAFKA)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [f"{jars.KAFKA.name}.lock"]


def test_what_is_cached_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLS_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    (tmp_path / jars.KAFKA.name).mkdir()
    assert jars.fetch(jars.KAFKA) == tmp_path / jars.KAFKA.name
