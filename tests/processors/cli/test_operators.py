"""`vls-media topics`, `schemas` and `doctor` where there are no servers."""

from pathlib import Path

import pytest

from ml.staging.rendering import llvm
from processors.cli import doctor_checks
from processors.cli.doctor_checks import Finding
from tests.processors.cli.conftest import Run

_NOBODY = "127.0.0.1:9"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOOTSTRAP_SERVERS", "REGISTRY_URL", "LEDGER_URL", "ARTIFACTS_URL"):
        monkeypatch.delenv(f"VLS_{name}", raising=False)


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_topics_without_a_broker_say_so(monkeypatch: pytest.MonkeyPatch, run: Run, verb: str) -> None:
    monkeypatch.setenv("VLS_BOOTSTRAP_SERVERS", _NOBODY)

    result = run("topics", verb, "--timeout", "1")

    assert result.exit_code == 1
    assert "cannot be listed" in result.stderr


def test_schemas_are_checked_against_the_released_ones_without_a_registry(run: Run) -> None:
    result = run("schemas", "check")

    assert result.exit_code == 0, result.output
    assert "VLS_REGISTRY_URL is not set" in result.stdout


def test_schemas_are_not_registered_without_a_registry(run: Run) -> None:
    result = run("schemas", "register")

    assert result.exit_code == 1
    assert "VLS_REGISTRY_URL" in result.stderr


@pytest.mark.parametrize("verb", ["check", "register"])
def test_a_registry_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch, run: Run, verb: str) -> None:
    monkeypatch.setenv("VLS_REGISTRY_URL", f"http://{_NOBODY}/apis/ccompat/v7")

    result = run("schemas", verb)

    assert result.exit_code == 1
    assert "the registry cannot be asked" in result.stderr


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("VLS_LANES", "many")

    result = run("topics", "plan")

    assert result.exit_code == 2
    assert "VLS_LANES" in result.stderr


@pytest.fixture
def whole_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which only the servers are missing."""
    monkeypatch.setattr("processors.cli.doctor.demo_findings", lambda: [Finding("ffmpeg", True, "version 8")])
    monkeypatch.setattr(
        "processors.cli.doctor.staging_findings", lambda: [Finding("renderer", False, "none", "get it")]
    )
    monkeypatch.setattr("processors.cli.doctor.tests_findings", lambda: [Finding("java", False, "none", "get java")])


@pytest.mark.usefixtures("whole_machine")
def test_servers_are_needed_only_when_asked_for(run: Run) -> None:
    assert run("doctor").exit_code == 0
    assert run("doctor", "--for", "servers").exit_code == 1
    missing = run("doctor", "--for", "tests")
    assert missing.exit_code == 1
    assert "get java" in missing.stdout
    assert run("doctor", "--for", "staging").exit_code == 1


@pytest.mark.usefixtures("whole_machine")
def test_a_server_that_the_environment_names_is_asked_and_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
) -> None:
    monkeypatch.setenv("VLS_LEDGER_URL", f"sqlite:///{tmp_path / 'none.db'}")
    monkeypatch.setenv("VLS_ARTIFACTS_URL", (tmp_path / "artifacts").as_uri())

    result = run("doctor")

    assert result.exit_code == 1
    assert "there is no ledger" in result.stdout
    assert "ok       artifact store" in result.stdout


def test_a_model_that_is_not_the_manifests_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VLS_MODELS", str(tmp_path))

    found = {finding.name: finding for finding in doctor_checks.demo_findings()}

    assert not found["models"].ok
    assert found["ffmpeg"].ok
    assert found["Python"].ok


def test_a_library_that_cannot_render_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRJIT_LIBLLVM_PATH", str(tmp_path / "libLLVM.so"))
    llvm.usable.cache_clear()
    try:
        found = {finding.name: finding for finding in doctor_checks.staging_findings()}
    finally:
        llvm.usable.cache_clear()

    assert not found["libLLVM of the renderer"].ok
    assert "libLLVM.so" in found["libLLVM of the renderer"].found
    assert "libllvm19" in found["libLLVM of the renderer"].remedy
