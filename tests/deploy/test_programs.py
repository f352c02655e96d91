"""Finding programs, and saying what is missing."""

from pathlib import Path

import pytest

from deploy.local import programs
from deploy.local.errors import MissingProgramError
from deploy.local.programs import Need


def _absent() -> Path:
    raise MissingProgramError("the thing is not installed")


def test_what_is_missing_is_named_with_the_command_that_installs_it() -> None:
    wanted = [Need("one", _absent, "package-one"), Need("two", _absent, "package-two")]
    with pytest.raises(MissingProgramError, match=r"not installed.*apt-get install package-one package-two$"):
        programs.require(wanted)


def test_nothing_is_said_when_everything_is_there() -> None:
    programs.require([Need("one", lambda: Path("/"), "package-one")])


def test_maven_is_needed_only_until_the_jars_are_cached() -> None:
    assert "maven" in {need.name for need in programs.needs(jars_cached=False)}
    assert "maven" not in {need.name for need in programs.needs(jars_cached=True)}


def test_an_old_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingProgramError, match="not Java 17"):
        programs.java()


def test_the_newest_postgresql_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9", "15", "16"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "postgres").touch()
    monkeypatch.setattr(programs, "_POSTGRES_ROOT", tmp_path)
    assert programs.postgres() == tmp_path / "16" / "bin" / "postgres"
