from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="training is an extra: make setup-train")

from ml.training.mark_loss import loss_of  # noqa: E402
from ml.training.mark_network import GRID, STEP, MarkNetwork  # noqa: E402

MISSED, ALARMS, WORST, KINDS = range(4)
_CELLS = 40
_LEFT, _RIGHT, _TOP, _BOTTOM = 10, 20, 10, 16


def regions(pictures: int = 1) -> NDArray[np.uint8]:
    """A mark of the second kind in the first picture, none in the others."""
    made = np.zeros((pictures, _CELLS * GRID, _CELLS * GRID), np.uint8)
    made[0, _TOP * GRID : _BOTTOM * GRID, _LEFT * GRID : _RIGHT * GRID] = 2
    return made


def answers(pictures: int = 1) -> Any:
    """The right ones, with some doubt."""
    scores = torch.zeros(pictures, 5, _CELLS, _CELLS)
    scores[:, 0] = -4
    scores[0, 0, _TOP:_BOTTOM, _LEFT:_RIGHT] = 4
    scores[0, 2] = 4
    return scores


def test_right_answers_cost_little_in_every_part() -> None:
    assert (loss_of(answers(), regions()) < 0.1).all()


def test_a_mark_that_is_missed_costs() -> None:
    missed = answers()
    missed[0, 0] = -4
    assert loss_of(missed, regions())[MISSED] > 4


def test_a_find_beside_a_mark_is_never_among_the_worst_alarms_and_one_away_from_it_is() -> None:
    beside, away = answers(), answers()
    beside[0, 0, _TOP:_BOTTOM, _RIGHT : _RIGHT + 2] = 6
    away[0, 0, 30:36, 30:32] = 6
    own, near, far = (loss_of(scores, regions()) for scores in (answers(), beside, away))
    assert near[WORST] == pytest.approx(float(own[WORST]))
    assert near[ALARMS] > own[ALARMS]
    assert far[WORST] > own[WORST] + 2


def test_another_kind_costs_in_its_own_part_alone() -> None:
    mistaken = answers()
    mistaken[0, 1:] = torch.tensor([4.0, 0, 0, 0])[:, None, None]
    own, other = loss_of(answers(), regions()), loss_of(mistaken, regions())
    assert other[KINDS] > own[KINDS] + 1
    assert other[:KINDS] == pytest.approx(own[:KINDS])


def test_pictures_without_marks_only_raise_alarms() -> None:
    costs = loss_of(answers(), np.zeros_like(regions()))
    assert costs[MISSED] == 0
    assert costs[KINDS] == 0
    assert costs[WORST] > 3


def test_the_network_answers_for_every_cell_of_a_picture_of_whole_steps() -> None:
    scores = MarkNetwork().eval()(torch.zeros(2, 3, 3 * STEP, 5 * STEP))
    assert scores.shape == (2, 5, 3 * STEP // GRID, 5 * STEP // GRID)
