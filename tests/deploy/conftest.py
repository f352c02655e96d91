"""Layouts that touch nothing outside the test's folder."""

from pathlib import Path

import pytest

from deploy.local.layout import Layout, Node


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return _layout(tmp_path, nodes=1)


@pytest.fixture
def cluster_layout(tmp_path: Path) -> Layout:
    return _layout(tmp_path, nodes=3)


def _layout(root: Path, nodes: int) -> Layout:
    return Layout(
        root=root,
        durable=False,
        cluster_id="AAAAAAAAAAAAAAAAAAAAAA",
        kafka=tuple(Node(n, 20_000 + n, 20_010 + n) for n in range(1, nodes + 1)),
        registry_port=20_021,
        postgres_port=20_022,
        postgres_password="secret",
        s3_port=20_023,
        s3_key="key-of-ten-and-more",
        s3_secret="secret-of-ten-and-more",
    )
