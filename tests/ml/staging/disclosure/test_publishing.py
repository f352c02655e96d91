"""What is published of an altered picture: a JPEG that says so, its sidecars, the same bytes for the same input."""

import hashlib
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import PhotoError
from ml.staging.disclosure import DigitalSource, Making, Published, load_policy, publish, settle
from schemas.events import MediaAlteration

URL = "https://listings.example.com/8841/02"
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "vls": "urn:vls-media:disclosure:1:",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
}


def made(folder: Path, policy: str = "ab723", url: str | None = URL, **changes: object) -> Published:
    folder.mkdir(exist_ok=True)
    staged, original = folder / "staged.png", folder / "original.jpg"
    pixels = np.random.default_rng(1).integers(0, 256, (300, 480, 3), np.uint8)
    Image.fromarray(pixels).save(staged, icc_profile=b"profile")
    Image.fromarray(pixels[::-1]).save(original)
    given = {
        "original": original,
        "original_uri": "s3://listings/8841/02.jpg",
        "making": Making(kit="contemporary@2", engine="cpu@1", seed=7, variation=1),
        "items": ("sofa", "floor_lamp", "sofa"),
    }
    return publish(staged, folder, settle(load_policy(policy), None, url), **{**given, **changes})  # type: ignore[arg-type]


def test_the_jpeg_and_its_sidecars_say_that_it_was_altered_and_how(tmp_path: Path) -> None:
    found = made(tmp_path)
    with Image.open(found.picture) as image:
        assert image.size == found.size
        packet = image.info["xmp"]
        assert image.info["icc_profile"] == b"profile"
    assert packet == found.xmp.read_bytes()
    root = ET.fromstring(packet)
    assert root.findtext(".//iptc:DigitalSourceType", namespaces=NAMES) == DigitalSource.COMPOSITE_SYNTHETIC.uri
    assert [e.text for e in root.findall(".//vls:MediaAlteration//rdf:li", NAMES)] == ["VirtualStagingItemAddition"]
    digest = hashlib.sha256((tmp_path / "original.jpg").read_bytes()).hexdigest()
    assert root.findtext(".//vls:OriginalSha256", namespaces=NAMES) == digest
    assert root.findtext(".//stRef:filePath", namespaces=NAMES) == URL
    sidecar = json.loads(found.sidecar.read_text())
    assert sidecar["original"] == {
        "sha256": digest,
        "uri": "s3://listings/8841/02.jpg",
        "url": URL,
        "order": "beside",
    }
    assert sidecar["policy"] == "ab723@1"
    assert sidecar["making"] == {"kit": "contemporary@2", "engine": "cpu@1", "seed": 7, "variation": 1}
    assert sidecar["label"]["wording"] == "Virtually staged. Digitally altered photo."
    assert sidecar["label"]["contrast"] >= 4.5
    assert "floor lamp, sofa." in sidecar["description"]
    assert "<rdf:li" in packet.decode()


def test_the_address_in_the_commands_own_store_does_not_travel_in_the_picture(tmp_path: Path) -> None:
    found = made(tmp_path, "crmls", None)
    assert b"s3://" not in found.picture.read_bytes()
    assert b"s3://" not in found.xmp.read_bytes()


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    for name in ("picture", "sidecar", "xmp"):
        assert getattr(one, name).read_bytes() == getattr(other, name).read_bytes()


def test_without_a_label_the_metadata_still_tell(tmp_path: Path) -> None:
    found = made(tmp_path, "none", None)
    assert found.size == (480, 300)
    assert found.record.label is None
    assert b"VirtualStagingItemAddition" in found.picture.read_bytes()


def test_a_trained_networks_picture_is_called_that(tmp_path: Path) -> None:
    found = made(tmp_path, source=DigitalSource.COMPOSITE_TRAINED)
    assert found.record.digital_source_type.uri.endswith("/compositeWithTrainedAlgorithmicMedia")
    assert "trained network" in found.record.description


def test_removal_counts_as_alteration_where_the_policy_says_so(tmp_path: Path) -> None:
    both = (MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION, MediaAlteration.DECLUTTERED_ITEM_REMOVED)
    assert made(tmp_path, alterations=both).record.alterations == both
    policy = load_policy("crmls").model_copy(update={"removal_is_alteration": False})
    staged = tmp_path / "staged.png"
    found = publish(
        staged,
        tmp_path,
        settle(policy),
        original=staged,
        original_uri="file:///a.jpg",
        making=Making(kit="k@1", engine="e@1", seed=0, variation=0),
        items=("bed",),
        alterations=both,
    )
    assert found.record.alterations == (MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION,)
    assert "furniture was removed" in found.record.description.lower()


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "staged.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(PhotoError, match=r"staged\.png"):
        publish(
            broken,
            tmp_path,
            settle(load_policy("crmls")),
            original=broken,
            original_uri="file:///a.jpg",
            making=Making(kit="k@1", engine="e@1", seed=0, variation=0),
            items=(),
        )
