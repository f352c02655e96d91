from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.engine.addresses import (
    MAX_URI_CHARACTERS,
    Address,
    AddressError,
    allowed_by,
    parse_address,
    parse_prefix,
    shown,
    without_query,
)

names = st.text(
    st.characters(exclude_characters="/\x7f", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda name: name not in (".", "..") and "%" not in name)


def allowed(uri: str, *prefixes: str) -> bool:
    return allowed_by(parse_address(uri), [parse_prefix(prefix) for prefix in prefixes])


@pytest.mark.parametrize(
    ("uri", "host", "segments"),
    [
        ("file:///data/photos/a.jpg", "", ("data", "photos", "a.jpg")),
        ("file:/data/photos/a.jpg", "", ("data", "photos", "a.jpg")),
        ("FILE://LocalHost/data/a.jpg", "", ("data", "a.jpg")),
        ("file:////data//a.jpg", "", ("data", "a.jpg")),
        ("file:///data/a%20b%23.jpg?v=2", "", ("data", "a b#.jpg")),
        ("file:///data/IMG #3.jpg", "", ("data", "IMG #3.jpg")),
        ("file:///data/Küche 50%.jpg", "", ("data", "Küche 50%.jpg")),
        ("s3://bucket/photos/a%20b.jpg", "bucket", ("photos", "a b.jpg")),
        ("S3://bucket/photos//a+b.jpg", "bucket", ("photos", "", "a+b.jpg")),
        ("https://CDN.Example.com:443/a/b.jpg?sig=x#top", "cdn.example.com", ("a", "b.jpg")),
        ("http://host:8080/a", "host:8080", ("a",)),
    ],
)
def test_an_address_is_taken_apart(uri: str, host: str, segments: tuple[str, ...]) -> None:
    address = parse_address(uri)
    assert (address.host, address.segments) == (host, segments)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "a.jpg",
        "/data/photos/a.jpg",
        "//data/photos/a.jpg",
        "file:",
        "file://",
        "file:a.jpg",
        "file://evil/data/photos/a.jpg",
        "file://user@localhost/data/a.jpg",
        "file://localhost:80/data/a.jpg",
        "file:///data/photos/../secret/a.jpg",
        "file:///data/photos/./a.jpg",
        "file:///data/photos/%2e%2e/secret/a.jpg",
        "file:///data/photos/%2E./secret/a.jpg",
        "file:///data/photos/%252e%252e/secret/a.jpg",
        "file:///data/photos/%25252e%25252e/secret/a.jpg",
        "file:///data/photos%2f..%2fsecret/a.jpg",
        "file:///data/photos%252fa.jpg",
        "file:///data/photos/a%00.jpg",
        "file:///data/photos/a\0.jpg",
        "file:///data/photos/a\n.jpg",
        "file:///data/photos/..",
        "s3:///photos/a.jpg",
        "s3:bucket/a.jpg",
        "s3://Bucket/a.jpg",
        "s3://key:secret@bucket/a.jpg",
        "s3://bucket/photos/../secret/a.jpg",
        "s3://bucket/photos/%2e%2e/secret/a.jpg",
        "https:///a.jpg",
        "https://user:password@host/a.jpg",
        "https://good.example\\@evil.example/a.jpg",
        "https://host/photos/..\\secret/a.jpg",
        "https://host/photos/%5c..%5csecret/a.jpg",
        "https://host:port/a.jpg",
        "https://hóst/a.jpg",
        "ftp://host/a.jpg",
        "data:image/png;base64,AAAA",
        "gopher://host/",
        "file:///" + "a" * MAX_URI_CHARACTERS,
    ],
)
def test_what_is_no_plain_address_is_refused(uri: str) -> None:
    with pytest.raises(AddressError):
        parse_address(uri)


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        ("file:///data/photos-secret/a.jpg", "file:///data/photos"),
        ("file:///data/photos-secret/a.jpg", "file:///data/photos/"),
        ("file:///data/Photos/a.jpg", "file:///data/photos"),
        ("file:///data", "file:///data/photos"),
        ("s3://bucket/photos-secret/a.jpg", "s3://bucket/photos"),
        ("s3://bucket2/photos/a.jpg", "s3://bucket"),
        ("s3://bucket/a.jpg", "s3://bucket/photos"),
        ("s3://bucket//photos/a.jpg", "s3://bucket/photos"),
        ("https://host.evil/a.jpg", "https://host"),
        ("https://host:8443/a.jpg", "https://host"),
        ("http://host/a.jpg", "https://host"),
        ("https://host/photos2/a.jpg", "https://host/photos"),
        ("file:///bucket/a.jpg", "s3://bucket"),
    ],
)
def test_what_only_looks_like_a_prefix_allows_nothing(uri: str, prefix: str) -> None:
    assert not allowed(uri, prefix)


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        ("file:///data/photos/a.jpg", "file:///data/photos"),
        ("file:///data/photos/deep/a.jpg", "file:///data/photos/"),
        ("file:///d%61ta/photos/a.jpg", "file:///data/photos"),
        ("file:///data/a.jpg", "file:///"),
        ("s3://bucket/a.jpg", "s3://bucket"),
        ("s3://bucket/photos/a.jpg", "s3://bucket/photos/"),
        ("https://HOST:443/photos/a.jpg?sig=1", "https://host/photos"),
    ],
)
def test_what_lies_below_a_prefix_is_allowed(uri: str, prefix: str) -> None:
    assert allowed(uri, "s3://another-one", prefix)


def test_a_prefix_has_no_query() -> None:
    with pytest.raises(AddressError):
        parse_prefix("https://host/photos?x=1")


@given(st.lists(names, min_size=1, max_size=5))
def test_any_name_survives_encoding(segments: list[str]) -> None:
    path = "/".join(quote(segment, safe="") for segment in segments)
    assert parse_address(f"file:///{path}").segments == tuple(segments)
    assert parse_address(f"s3://bucket/{path}").segments == tuple(segments)


@given(st.text(max_size=40), st.sampled_from(["file:///data/photos", "s3://bucket/photos", "https://host/photos"]))
def test_no_text_behind_a_prefix_leads_out_of_it(text: str, prefix: str) -> None:
    try:
        address = parse_address(prefix + text)
    except AddressError:
        return
    if allowed_by(address, [parse_prefix(prefix)]):
        assert ".." not in address.segments
        assert not any("/" in segment or "\0" in segment for segment in address.segments)
        assert isinstance(address, Address)
        assert address.segments[0] in ("data", "photos")


@pytest.mark.parametrize(
    ("uri", "bare"),
    [
        ("https://host/a.jpg?X-Amz-Signature=secret", "https://host/a.jpg"),
        ("https://host/a.jpg#secret", "https://host/a.jpg"),
        ("https://user:secret@host/a.jpg", "https://host/a.jpg"),
        ("s3://key:secret@bucket/a.jpg", "s3://bucket/a.jpg"),
        ("file:///data/IMG #3.jpg?secret", "file:///data/IMG #3.jpg"),
        ("?secret", ""),
    ],
)
def test_what_is_kept_of_an_address_has_no_secrets(uri: str, bare: str) -> None:
    assert without_query(uri) == bare
    assert "secret" not in shown(uri)


def test_a_message_shows_an_address_on_one_bearable_line() -> None:
    assert shown("file:///a\nb\0") == "file:///a\\x0ab\\x00"
    assert len(shown("file:///" + "a" * 100_000)) < 400
