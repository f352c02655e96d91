"""The container, Kubernetes and Prometheus files name what the code has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge

from processors.cli.main import COMMANDS
from processors.cli.run import Processor
from processors.engine import metrics
from processors.settings import Settings
from schemas.topics import load_topics

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
FILES = sorted([DEPLOY / "compose.yaml", *DEPLOY.glob("kubernetes/*.yaml"), *DEPLOY.glob("prometheus/*.yml")])
STAGES = ("classifier", "stager", "clipper", "renderer")
PROCESSORS = (*STAGES, "progress")


def documents(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def of_kind(file: Path, kind: str) -> dict[str, Any]:
    (found,) = [document for document in documents(file) if document["kind"] == kind]
    return found


def inside(value: object) -> Iterator[dict[str, Any]]:
    """Every mapping in a document."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from inside(item)
    elif isinstance(value, list):
        for item in value:
            yield from inside(item)


def environment(file: Path) -> dict[str, str]:
    """The service's variables in a file that are given as text."""
    found: dict[str, str] = {}
    for document in documents(file):
        for mapping in inside(document):
            found |= {key: value for key, value in mapping.items() if str(key).startswith("VLS_")}
            if str(mapping.get("name", "")).startswith("VLS_") and "value" in mapping:
                found[mapping["name"]] = mapping["value"]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_in_the_file_exists(file: Path) -> None:
    known = {f"VLS_{field.upper()}" for field in Settings.model_fields}
    named = set(re.findall(r"\bVLS_[A-Z0-9_]+\b", file.read_text(encoding="utf-8"))) - {"VLS_PHOTOS"}
    assert named <= known


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_settings_in_the_file_are_taken(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in environment(file).items():
        assert isinstance(value, str), f"{variable} must be text in YAML"
        monkeypatch.setenv(variable, value)
    Settings()


def test_compose_runs_every_processor() -> None:
    (compose,) = documents(DEPLOY / "compose.yaml")
    commands = [service.get("command", []) for service in compose["services"].values()]
    assert {command[1] for command in commands if command[:1] == ["run"]} == set(Processor)


@pytest.mark.parametrize("name", PROCESSORS)
def test_a_processor_runs_its_own_processor_with_its_ordinal_as_slot(name: str) -> None:
    stateful = of_kind(DEPLOY / "kubernetes" / f"{name}.yaml", "StatefulSet")
    (container,) = stateful["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["run", name]
    assert name in set(Processor)
    (slot,) = [variable for variable in container["env"] if variable["name"] == "VLS_SLOT"]
    assert slot["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.labels['apps.kubernetes.io/pod-index']"
    assert stateful["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > Settings().stop_grace_s


@pytest.mark.parametrize("name", PROCESSORS)
def test_a_processor_is_probed_where_it_listens(name: str) -> None:
    stateful = of_kind(DEPLOY / "kubernetes" / f"{name}.yaml", "StatefulSet")
    (container,) = stateful["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    shared = environment(DEPLOY / "kubernetes" / "settings.yaml")
    assert [str(port["containerPort"]) for port in container["ports"]] == [shared["VLS_HTTP_PORT"]]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_scales_on_its_own_tasks_and_not_beyond_their_partitions(name: str) -> None:
    scaled = of_kind(DEPLOY / "kubernetes" / f"{name}.yaml", "ScaledObject")["spec"]
    (trigger,) = scaled["triggers"]
    topic = load_topics()[trigger["metadata"]["topic"]]
    assert list(topic.readers) == [name]
    assert Settings().group_protocol == "classic"  # in which the tasks have a group of their own
    assert trigger["metadata"]["consumerGroup"] == f"media-{topic.name.split('.')[1]}-tasks"
    assert scaled["minReplicaCount"] >= 1
    assert scaled["maxReplicaCount"] <= topic.partitions


def test_alerts_name_metrics_that_the_code_keeps() -> None:
    kept = {metric._name for metric in vars(metrics).values() if isinstance(metric, Counter | Gauge)}
    (alerts,) = documents(DEPLOY / "prometheus" / "alerts.yml")
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    assert rules
    for rule in rules:
        assert set(re.findall(r"\bvls_[a-z_]+\b", rule["expr"])) <= kept
        assert rule["annotations"]["action"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_in_the_file_exists(file: Path) -> None:
    for command in re.findall(r"processors\.cli\.main ([a-z-]+)", file.read_text(encoding="utf-8")):
        assert command in COMMANDS


def test_the_image_is_given_every_package_and_file_that_the_code_reads() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"processors", "schemas", "ml", "render", "models", "migrations", "topics.yaml"} <= set(copied)
    for name in copied:
        assert (DEPLOY.parent / name).exists(), name
