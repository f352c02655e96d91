"""The disclosure as an XMP packet (ISO 16684-1): IPTC, Dublin Core and Media Management, for a sidecar or a file."""

import xml.etree.ElementTree as ET

from ml.staging.disclosure.record import DisclosureRecord

_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    # RESO has no XMP schema: its field and values in a name space of our own.
    "vls": "urn:vls-media:disclosure:1:",
}
for _prefix, _uri in _NAMES.items():
    ET.register_namespace(_prefix, _uri)

_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = b'\n<?xpacket end="r"?>'


def xmp_packet(record: DisclosureRecord) -> bytes:
    """The packet, UTF-8, the same bytes for the same record."""
    root = ET.Element(_name("x", "xmpmeta"))
    rdf = ET.SubElement(root, _name("rdf", "RDF"))
    about = ET.SubElement(rdf, _name("rdf", "Description"), {_name("rdf", "about"): ""})
    _simple(about, "Iptc4xmpExt", "DigitalSourceType", record.digital_source_type.uri)
    said = record.description if record.label is None else f"{record.label.wording} {record.description}"
    _container(about, ("dc", "description"), "Alt", [said])
    _container(about, ("dc", "subject"), "Bag", [alteration.value for alteration in record.alterations])
    _simple(about, "photoshop", "Instructions", _instructions(record))
    derived = ET.SubElement(about, _name("xmpMM", "DerivedFrom"), {_name("rdf", "parseType"): "Resource"})
    _simple(derived, "stRef", "documentID", f"sha256:{record.original.sha256}")
    # The address within the command's own store is nobody's business: a packet goes where the picture goes.
    if record.original.url is not None:
        _simple(derived, "stRef", "filePath", record.original.url)
    _container(about, ("vls", "MediaAlteration"), "Bag", [alteration.value for alteration in record.alterations])
    for name, value in (
        ("Policy", record.policy),
        ("Kit", record.making.kit),
        ("Engine", record.making.engine),
        ("Seed", str(record.making.seed)),
        ("Variation", str(record.making.variation)),
        ("OriginalSha256", record.original.sha256),
    ):
        _simple(about, "vls", name, value)
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=False)
    return _HEAD + body + _TAIL


def _instructions(record: DisclosureRecord) -> str:
    order = {
        "not_needed": "",
        "right_after": " Show the original photo right after this picture.",
        "beside": " Show the original photo right before or right after this picture.",
    }[record.original.order.value]
    return f"Altered photo, disclosed by policy {record.policy}.{order}"


def _name(prefix: str, local: str) -> str:
    return f"{{{_NAMES[prefix]}}}{local}"


def _simple(parent: ET.Element, prefix: str, local: str, value: str) -> None:
    ET.SubElement(parent, _name(prefix, local)).text = value


def _container(parent: ET.Element, name: tuple[str, str], kind: str, values: list[str]) -> None:
    items = ET.SubElement(ET.SubElement(parent, _name(*name)), _name("rdf", kind))
    for value in values:
        item = ET.SubElement(items, _name("rdf", "li"))
        if kind == "Alt":
            item.set("{http://www.w3.org/XML/1998/namespace}lang", "x-default")
        item.text = value
