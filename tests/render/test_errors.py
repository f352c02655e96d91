"""Errors: a code of the catalogue, a sentence, and both survive a process boundary."""

import pickle

import pytest

from render.errors import PhotoError, RenderError


def test_an_error_crosses_a_process_boundary_whole() -> None:
    error = pickle.loads(pickle.dumps(PhotoError("image_truncated", "a.jpg ends early")))
    assert isinstance(error, PhotoError)
    assert (error.code, error.message) == ("image_truncated", "a.jpg ends early")


def test_a_code_that_is_not_in_the_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="catalogue"):
        RenderError("oops", "what is this")
