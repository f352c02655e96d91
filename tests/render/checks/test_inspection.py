"""Every quality check passes a clean video and fails one that is broken in its way alone."""

from pathlib import Path

import pytest

from render.checks import CHECKS, failures, inspect_video
from schemas.quality import CheckStatus, QualityReport
from tests.render.checks.videos import BROKEN, Workshop, expectation, join, workshop

PLAN_BASED = {
    "frame_count", "picture_format", "sound", "no_frozen", "cuts_on_beats", "camera_jitter",
    "text_safe_area", "text_shown", "text_contrast", "staged_labels",
}  # fmt: skip
# Of a file that does not decode to its end, less is found of everything.
_FOLLOWS = {"decodes": None}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop(tmp_path_factory.mktemp("videos"))


def statuses(quality: QualityReport) -> dict[str, CheckStatus]:
    return {result.check: result.status for result in quality.checks}


def test_a_clean_video_passes_every_check(shop: Workshop, tmp_path: Path) -> None:
    report = inspect_video(join(shop.video, shop.sound, tmp_path / "clean.mp4"), expectation())
    assert report.quality is not None
    assert failures(report) == []
    assert set(statuses(report.quality).values()) == {CheckStatus.PASSED}
    assert report.quality.passed
    assert len(report.quality.checks) == len(CHECKS)


@pytest.mark.parametrize("check", BROKEN)
def test_a_video_broken_in_one_way_fails_that_check_alone(shop: Workshop, tmp_path: Path, check: str) -> None:
    file, plan = BROKEN[check](shop, tmp_path / f"{check}.mp4")
    report = inspect_video(file, plan)
    assert report.quality is not None
    failed = {result.check for result in report.quality.checks if result.status is CheckStatus.FAILED}
    assert check in failed, report.quality
    assert not report.quality.passed
    if check not in _FOLLOWS:
        assert failed == {check}


def test_every_check_has_a_video_that_it_fails() -> None:
    assert len(BROKEN) == len(CHECKS)


def test_without_a_plan_the_checks_that_need_one_do_not_apply(shop: Workshop, tmp_path: Path) -> None:
    report = inspect_video(join(shop.video, shop.sound, tmp_path / "clean.mp4"))
    assert report.quality is not None
    assert not report.quality.planned
    found = statuses(report.quality)
    assert {name for name, status in found.items() if status is CheckStatus.NOT_APPLICABLE} == PLAN_BASED
    assert report.quality.passed
