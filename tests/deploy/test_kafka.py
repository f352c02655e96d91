"""Kafka's configuration."""

from deploy.local.kafka import Kafka
from deploy.local.layout import Layout

REPLICATED = ("default", "offsets.topic", "transaction.state.log", "share.coordinator.state.topic")


def test_a_single_node_keeps_one_copy_of_everything(layout: Layout) -> None:
    properties = Kafka(layout, layout.kafka[0]).properties()
    assert {properties[f"{what}.replication.factor"] for what in REPLICATED} == {"1"}
    assert properties["transaction.state.log.min.isr"] == "1"


def test_three_nodes_keep_three_copies_and_acknowledge_two(cluster_layout: Layout) -> None:
    for node in cluster_layout.kafka:
        properties = Kafka(cluster_layout, node).properties()
        assert {properties[f"{what}.replication.factor"] for what in REPLICATED} == {"3"}
        assert properties["min.insync.replicas"] == "2"
        assert properties["transaction.state.log.min.isr"] == "2"


def test_every_node_knows_all_controllers_and_only_its_own_address(cluster_layout: Layout) -> None:
    for node in cluster_layout.kafka:
        properties = Kafka(cluster_layout, node).properties()
        assert properties["controller.quorum.voters"] == "1@127.0.0.1:20011,2@127.0.0.1:20012,3@127.0.0.1:20013"
        assert properties["advertised.listeners"] == f"PLAINTEXT://127.0.0.1:{node.port}"


def test_nodes_of_a_cluster_share_neither_folder_nor_pid_file(cluster_layout: Layout) -> None:
    nodes = [Kafka(cluster_layout, node) for node in cluster_layout.kafka]
    assert len({node.folder for node in nodes}) == 3
    assert len({node.pid_file.path for node in nodes}) == 3


def test_topics_are_never_made_by_accident(layout: Layout) -> None:
    assert Kafka(layout, layout.kafka[0]).properties()["auto.create.topics.enable"] == "false"
