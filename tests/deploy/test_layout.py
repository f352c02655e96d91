"""Where a set of servers lives."""

import base64
import stat
from pathlib import Path

from deploy.local.layout import Layout, _cluster_id


def test_a_saved_layout_is_the_same_when_loaded(cluster_layout: Layout) -> None:
    cluster_layout.save()
    assert Layout.load(cluster_layout.root) == cluster_layout


def test_a_folder_without_servers_has_no_layout(tmp_path: Path) -> None:
    assert Layout.load(tmp_path) is None


def test_passwords_are_readable_by_their_owner_alone(layout: Layout) -> None:
    layout.save()
    assert stat.S_IMODE((layout.root / "layout.json").stat().st_mode) == 0o600


def test_two_new_layouts_share_neither_ports_nor_passwords(tmp_path: Path) -> None:
    one = Layout.choose(tmp_path, durable=False, kafka_nodes=3)
    ports = [one.registry_port, one.postgres_port, one.s3_port]
    ports += [port for node in one.kafka for port in (node.port, node.controller_port)]
    assert len(set(ports)) == 9
    other = Layout.choose(tmp_path, durable=False)
    assert {one.postgres_password, one.s3_secret}.isdisjoint({other.postgres_password, other.s3_secret})


def test_a_cluster_id_is_sixteen_bytes_and_never_looks_like_an_option(tmp_path: Path) -> None:
    # Of random ids one in 64 would begin with a dash.
    for _ in range(1000):
        chosen = _cluster_id()
        assert not chosen.startswith("-")
        assert len(base64.urlsafe_b64decode(f"{chosen}==")) == 16
    assert Layout.choose(tmp_path, durable=False).cluster_id != Layout.choose(tmp_path, durable=False).cluster_id


def test_every_node_is_among_the_bootstrap_servers(cluster_layout: Layout) -> None:
    assert cluster_layout.bootstrap == "127.0.0.1:20001,127.0.0.1:20002,127.0.0.1:20003"


def test_the_settings_for_a_person_name_every_server(layout: Layout) -> None:
    settings = layout.person_environment()
    assert settings["VLS_BOOTSTRAP_SERVERS"] == "127.0.0.1:20001"
    assert settings["VLS_REGISTRY_URL"] == "http://127.0.0.1:20021/apis/ccompat/v7"
    assert settings["VLS_LEDGER_URL"] == "postgresql+psycopg://vls:secret@127.0.0.1:20022/vls_media"
    assert settings["VLS_ARTIFACTS_URL"] == "s3://vls-media"
    assert settings["VLS_S3_ENDPOINT"] == "http://127.0.0.1:20023"
