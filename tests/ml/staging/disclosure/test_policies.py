"""Disclosure policies: those that ship say what they follow; one that breaks the format is refused in a sentence."""

from pathlib import Path

import pytest
import yaml

from ml.staging.disclosure import (
    OriginalLinkError,
    PolicyError,
    UnknownPolicyError,
    WordingError,
    list_policies,
    load_policy,
    read_policy,
    settle,
)
from ml.staging.disclosure.loading import SHIPPED

CONTENT = yaml.safe_load((SHIPPED / "crmls.yaml").read_text(encoding="utf-8"))


def altered(**changes: object) -> str:
    return yaml.safe_dump({**CONTENT, **changes})


def test_those_that_ship_are_read_and_none_claims_to_be_reviewed() -> None:
    assert list_policies() == ("ab723", "crmls", "none")
    for name in list_policies():
        policy = load_policy(name)
        assert policy.name == name
        assert policy.reviewed_by is None
        assert policy.source
        assert load_policy(policy.title_with_version) == policy


@pytest.mark.parametrize("name", ["reso", "crmls@9", "", "../crmls", "crmls@"])
def test_an_unknown_policy_or_version_is_refused_and_the_known_are_named(name: str) -> None:
    if name == "crmls@":
        assert load_policy(name).name == "crmls"
        return
    with pytest.raises(UnknownPolicyError, match=r"ab723, crmls, none|there is version 1"):
        load_policy(name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (altered(labell={}), "labell: there is no such field"),
        (altered(version=0), "version"),
        (altered(effective="soon"), "effective"),
        (altered(label={"required": True, "corner": "middle"}), r"label\.corner"),
        (altered(label={"required": False, "wording": "Staged"}), "says that there is no label"),
        (altered(label={"required": True, "wording": ""}), r"label\.wording"),
        (yaml.safe_dump({key: value for key, value in CONTENT.items() if key != "reviewed_by"}), "reviewed_by"),
        ("- crmls", "holds list"),
        ("a: [", "is no YAML"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        read_policy(text, "own.yaml")


def test_an_operators_own_policy_goes_before_the_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / "crmls.yaml").write_text(altered(version=7), encoding="utf-8")
    (tmp_path / "armls.yaml").write_text(altered(name="armls"), encoding="utf-8")
    assert load_policy("crmls", tmp_path).version == 7
    assert list_policies(tmp_path) == ("ab723", "armls", "crmls", "none")
    (tmp_path / "armls.yaml").write_text(altered(name="other"), encoding="utf-8")
    with pytest.raises(PolicyError, match="calls itself 'other'"):
        load_policy("armls", tmp_path)
    with pytest.raises(PolicyError, match="not a folder"):
        load_policy("crmls", tmp_path / "absent")


def test_a_policy_without_wording_is_refused_unless_the_command_gives_one() -> None:
    silent = read_policy(altered(label={"required": True}), "own.yaml")
    with pytest.raises(WordingError, match="demands a label and has no wording"):
        settle(silent)
    assert settle(silent, "Möbliert am Bildschirm").wording == "Möbliert am Bildschirm"
    assert settle(load_policy("none")).wording is None
    assert settle(load_policy("none"), "Staged").wording == "Staged"


def test_wording_that_the_font_cannot_write_is_refused() -> None:
    with pytest.raises(WordingError, match="虚"):
        settle(load_policy("crmls"), "虚 staged")
    for written in ("Виртуально меблировано", "Εικονικά επιπλωμένο", "Được bố trí ảo", "Umeblowano wirtualnie – łóżko"):
        assert settle(load_policy("crmls"), written).wording == written


@pytest.mark.parametrize(
    "url",
    ["listings/8841", "ftp://host/a", "https://", "https://host/a b", "https://host/ö", "http://[", "javascript:1"],
)
def test_what_is_no_public_address_is_refused(url: str) -> None:
    with pytest.raises(OriginalLinkError, match="is no address"):
        settle(load_policy("ab723"), None, url)


def test_a_demanded_link_must_be_given_and_be_short_enough_for_a_qr_code() -> None:
    linked = read_policy(altered(original={"order": "beside", "link_required": True}), "own.yaml")
    with pytest.raises(OriginalLinkError, match="original_url"):
        settle(linked)
    with pytest.raises(OriginalLinkError, match="characters"):
        settle(linked, None, "https://host/" + "a" * 400)
