"""The codec that the settings ask for."""

from processors.engine.wire import Codec
from processors.settings import Settings
from schemas.codec import Codec as AvroCodec
from schemas.static_ids import StaticIds


def open_codec(settings: Settings) -> Codec:
    """The codec, with ids from the registry or, without one, the fixed ids."""
    if settings.registry_url is None:
        return AvroCodec(StaticIds())
    from schemas.registry import RegistryIds, connect

    return AvroCodec(RegistryIds(connect(settings.registry_url)))
