"""What `vls-media doctor` looks at, each thing by itself: it answers for itself and never raises for what it finds."""

import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from processors.cli.failures import Failure, attempt
from processors.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_PYTHON = (3, 11)
_DEMO_BYTES = 2 * 10**9
_TESTS_BYTES = 4 * 10**9
_ANSWER_S = 5.0
_LIBRARIES = ("numpy", "PIL", "cv2", "onnxruntime", "scipy", "librosa", "av", "confluent_kafka", "sqlalchemy", "faust")
_DEV_LIBRARIES = ("pytest", "hypothesis", "mypy", "ruff")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is there or is not."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def demo_findings() -> list[Finding]:
    """What the demo and the commands on files need."""
    models = Path(os.environ.get("VLS_MODELS") or _ROOT / "models")
    return [
        _python(),
        _libraries("packages", _LIBRARIES, "run `make setup`"),
        _look("ffmpeg", _ffmpeg, "run `make setup`: it comes with the package imageio-ffmpeg"),
        _look("models", lambda: _models(models), f"fetch {models} again, it is part of the repository"),
        _disk(Path(tempfile.gettempdir()), _DEMO_BYTES),
    ]


def tests_findings() -> list[Finding]:
    """What the tests on real servers need beyond that."""
    found = [_libraries("test packages", _DEV_LIBRARIES, "run `make setup-dev`")]
    if importlib.util.find_spec("deploy") is None or importlib.util.find_spec("deploy.local") is None:
        return [*found, Finding("servers", False, "deploy/local is not here", "run this in a checkout")]
    programs = importlib.import_module("deploy.local.programs")
    jars = importlib.import_module("deploy.local.jars")
    cached = bool(jars.all_cached())
    for need in programs.needs(jars_cached=cached):
        remedy = f"apt-get install {need.package}" if need.package else "run `make setup-dev`"
        found.append(_look(need.name, partial(_path, need.find), remedy))
    if cached:
        found.append(Finding("jars of Kafka and the registry", True, str(jars.cache())))
    return [*found, _disk(_ROOT, _TESTS_BYTES)]


def staging_findings() -> list[Finding]:
    """What furnishing photos of empty rooms needs: the renderer, the denoiser, and the compiler that makes it fast."""
    return [
        _libraries("renderer and denoiser", ("mitsuba", "drjit", "pyoidn"), "run `make setup-staging`"),
        _look("libLLVM of the renderer", _llvm, "apt-get install libllvm19 (or name one: DRJIT_LIBLLVM_PATH)"),
        _look("staging engines", _engines, "run `make setup-staging`"),
    ]


def _llvm() -> str:
    """Tried in a process of its own, for a library that does not suit ends the process."""
    from ml.staging.rendering import llvm

    tried = llvm.candidates()
    if not tried:
        raise LookupError("none of version 17 to 20 is here: rendering takes about ten times as long")
    found = llvm.usable()
    if found is None:
        raise LookupError("; ".join(llvm.probe(path) or path for path in tried))
    return f"{found} renders"


def _engines() -> str:
    from ml.staging.engines import engine_named, engine_names

    names = engine_names()
    if not names:
        raise LookupError("no engine is installed")
    return ", ".join(engine_named(name).identity() for name in names)


def server_findings() -> tuple[list[Finding], bool]:
    """The servers of the settings, and whether the environment names any of them."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = "; ".join(f"VLS_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        return [Finding("settings", False, wrong, "see processors/settings.py for what each takes")], True
    named = settings.model_fields_set
    findings = [
        _server("broker", "bootstrap_servers", settings, _broker, "run `make up`, or start Kafka there"),
        _server("registry", "registry_url", settings, _registry, "run `make up`, or start the schema registry there"),
        _server("ledger", "ledger_url", settings, _ledger, "run `vls-media ledger upgrade` once the database runs"),
        _server("artifact store", "artifacts_url", settings, _store, "let this user write there"),
    ]
    return findings, bool(named & {"bootstrap_servers", "registry_url", "ledger_url", "artifacts_url"})


def _look(name: str, look: Callable[[], str], remedy: str) -> Finding:
    answer = attempt(look)
    if isinstance(answer, Failure):
        return Finding(name, False, answer.message, remedy)
    return Finding(name, True, answer)


def _path(find: Callable[[], Path]) -> str:
    return str(find())


def _server(name: str, field: str, settings: Settings, look: Callable[[Settings], str], remedy: str) -> Finding:
    """What is not named is not asked: a default address would only be waited for."""
    if field not in settings.model_fields_set:
        return Finding(name, False, f"VLS_{field.upper()} is not set", "run `make up`, which prints the settings")
    return _look(name, lambda: look(settings), remedy)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, _PYTHON))
    return Finding("Python", sys.version_info >= _PYTHON, found, f"install Python {wanted} or newer")


def _libraries(name: str, wanted: tuple[str, ...], remedy: str) -> Finding:
    absent = [library for library in wanted if importlib.util.find_spec(library) is None]
    if absent:
        return Finding(name, False, f"not installed: {', '.join(absent)}", remedy)
    return Finding(name, True, f"{len(wanted)} looked for, all there")


def _ffmpeg() -> str:
    from render.ffmpeg import ffmpeg_path, run_ffmpeg

    return f"{run_ffmpeg(('-version',), quiet=False, timeout_s=60).splitlines()[0]} ({ffmpeg_path()})"


def _models(folder: Path) -> str:
    """The file of every model that ships compared with the manifest's sha256."""
    from ml.store import ModelStore

    store = ModelStore(folder)
    names = [spec.title for spec in store.specs if spec.shipped]
    for name in names:
        store.verified_bytes(name)
    return f"{', '.join(names)}: sha256 as in the manifest"


def _disk(folder: Path, wanted: int) -> Finding:
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free at {folder}"
    return Finding("disk space", free >= wanted, found, f"make room: {wanted / 1e9:.0f} GB are needed")


def _broker(settings: Settings) -> str:
    from processors.cli.topics import cluster
    from schemas.topics import load_topics

    there = cluster(settings, timeout_s=_ANSWER_S).topics()
    absent = [name for name in load_topics() if name not in there]
    if absent:
        raise LookupError(f"the broker answers, {len(absent)} topics are missing: run `vls-media topics apply`")
    return f"answers, has all {len(load_topics())} topics"


def _registry(settings: Settings) -> str:
    from schemas import registry

    states = registry.check(registry.connect(settings.registry_url or "", timeout_s=_ANSWER_S))
    absent = sum(state.schema_id is None for state in states)
    if absent:
        raise LookupError(f"the registry answers, {absent} schemas are missing: run `vls-media schemas register`")
    return f"answers, has all {len(states)} schemas"


def _ledger(settings: Settings) -> str:
    from processors.cli.ledger_access import usable_ledger

    with usable_ledger(settings.ledger_url):
        return "answers, and is at the revision that this code expects"


def _store(settings: Settings) -> str:
    """Content addressing makes this harmless: the same few bytes, written once."""
    from processors.engine.artifacts.opening import open_store

    stored = open_store(settings.artifacts_url, settings.s3()).put_bytes(b"vls-media doctor\n", "text/plain")
    return f"can be written ({stored.bytes} bytes stay there)"
