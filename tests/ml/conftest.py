"""Models of third parties, pulled once for all tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ml.models.loaded import LoadedModel
from tests.ml.others import pulled

Other = Callable[[str], LoadedModel]


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Other:
    """A third party's model by name; skips the test where its files or its runtime are not here."""
    folder: Path = tmp_path_factory.mktemp("pulled")
    return lambda name: pulled(name, folder)
