"""The contract names every reason for which a photo can stay as it is."""

from ml.staging.gate import UnstagedReason
from schemas.staging import StagingReason


def test_every_reason_is_in_the_contract() -> None:
    said = StagingReason.model_fields["code"].description or ""
    named = {word.strip(".:,") for word in said.split()}
    assert {reason.value for reason in UnstagedReason} | {"kit_room_unfit"} <= named
