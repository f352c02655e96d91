"""Records about photos: what one shows, how good it is, and what a listing's photos are together."""

from pydantic import Field

from schemas.record import Record, Symbol


class Space(Symbol):
    """Where the camera stood, coarsely."""

    UNKNOWN = "unknown"
    INTERIOR = "interior"
    EXTERIOR = "exterior"
    AERIAL = "aerial"
    NOT_A_PHOTO = "not_a_photo"


class Furnishing(Symbol):
    """How much furniture stands in a room; `unknown` where the photo shows no room."""

    UNKNOWN = "unknown"
    EMPTY = "empty"
    PARTLY_FURNISHED = "partly_furnished"
    FURNISHED = "furnished"


class LightKind(Symbol):
    """What light a photo was taken in."""

    UNKNOWN = "unknown"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"
    ARTIFICIAL = "artificial"


class AnalysisName(Symbol):
    """An analysis of a photo; each has a status of its own."""

    UNKNOWN = "unknown"
    SCENE = "scene"
    SEGMENTATION = "segmentation"
    QUALITY = "quality"
    COLOURS = "colours"
    LIGHTING = "lighting"
    OBJECTS = "objects"
    CROPS = "crops"
    COMPLIANCE = "compliance"
    FINGERPRINT = "fingerprint"


class AnalysisState(Symbol):
    """What became of an analysis."""

    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    NOT_CONFIGURED = "not_configured"


class MarkKind(Symbol):
    """What was laid over a photo after it was taken."""

    UNKNOWN = "unknown"
    TEXT = "text"
    PHONE_NUMBER = "phone_number"
    LOGO = "logo"
    WATERMARK = "watermark"


class ImageFormat(Symbol):
    """How the file is encoded, by its content and not by its name."""

    UNKNOWN = "unknown"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    TIFF = "tiff"
    BMP = "bmp"
    GIF = "gif"
    HEIC = "heic"


class QualityReason(Symbol):
    """What keeps a photo's quality down."""

    UNKNOWN = "unknown"
    BLURRED = "blurred"
    NOISY = "noisy"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    SHADOWS_CLIPPED = "shadows_clipped"
    HIGHLIGHTS_CLIPPED = "highlights_clipped"
    LOW_CONTRAST = "low_contrast"
    LOW_RESOLUTION = "low_resolution"
    COMPRESSION_BLOCKS = "compression_blocks"
    WINDOWS_BLOWN_OUT = "windows_blown_out"
    COLOUR_CAST = "colour_cast"
    TILTED = "tilted"
    CONVERGING_VERTICALS = "converging_verticals"


class CoverageItem(Symbol):
    """A thing that a complete listing shows."""

    UNKNOWN = "unknown"
    FRONT = "front"
    KITCHEN = "kitchen"
    BATHROOM = "bathroom"
    LIVING = "living"
    OUTSIDE = "outside"


class ModelRef(Record):
    """The model that an answer comes from."""

    name: str = Field(description="Name in models/manifest.yaml.")
    version: str = Field(description="Version in models/manifest.yaml.")
    sha256: str = Field(description="SHA-256 of the model file, 64 lower-case hex digits.", pattern="^[0-9a-f]{64}$")


class Box(Record):
    """A rectangle in a picture, in shares of its width and height, as a person sees it."""

    x: float = Field(description="Left edge, as a share of the width, 0 to 1.", ge=0, le=1)
    y: float = Field(description="Upper edge, as a share of the height, 0 to 1.", ge=0, le=1)
    width: float = Field(description="Width, as a share of the picture's, 0 to 1.", ge=0, le=1)
    height: float = Field(description="Height, as a share of the picture's, 0 to 1.", ge=0, le=1)


class Point(Record):
    """A place in a picture, in shares of its width and height."""

    x: float = Field(description="From the left, as a share of the width, 0 to 1.", ge=0, le=1)
    y: float = Field(description="From the top, as a share of the height, 0 to 1.", ge=0, le=1)


class Analysis(Record):
    """What became of one analysis of a photo; its answer is null or empty unless it is done."""

    name: AnalysisName = Field(description="The analysis.")
    state: AnalysisState = Field(description="What became of it.")
    reason: str | None = Field(description="One sentence: why there is no answer; null where it is done.")
    model: ModelRef | None = Field(description="The model that answered; null where none was needed.")


class LabelScore(Record):
    """A label with its probability."""

    label: str = Field(description="Scene label; the manifest lists the labels of each model version.")
    confidence: float = Field(description="Calibrated probability, 0 to 1.", ge=0, le=1)


class Scene(Record):
    """What the photo shows."""

    label: str = Field(description="Most probable scene label; a guess only where `abstained` is true.")
    confidence: float = Field(description="Calibrated probability of `label`, 0 to 1.", ge=0, le=1)
    top: list[LabelScore] = Field(description="The three most probable labels, best first.")
    abstained: bool = Field(
        description="True where the confidence is below the model's threshold: do not act on the label."
    )


class Quality(Record):
    """How good the photo is, each number measured on its pixels."""

    overall: float = Field(description="0 (unusable) to 100 (nothing found wrong).", ge=0, le=100)
    reasons: list[QualityReason] = Field(
        description="What keeps `overall` down, the costliest first; empty for a good photo."
    )
    hints: list[str] = Field(description="One sentence for each reason, in the same order: what to do about it.")
    sharpness: float = Field(
        description="Steepness of the edges in focus at 2,048 pixels or fewer, 0 (no edge) to 1 (a single pixel).",
        ge=0,
        le=1,
    )
    noise_sigma: float = Field(description="Standard deviation of the noise, in luma levels of 0-255.", ge=0)
    shadows_clipped: float = Field(description="Share of pixels at luma 2 of 255 or below, 0 to 1.", ge=0, le=1)
    highlights_clipped: float = Field(description="Share of pixels at luma 253 of 255 or above, 0 to 1.", ge=0, le=1)
    mean_luma: float = Field(
        description="Mean BT.601 luma of the gamma-coded pixels, 0 (black) to 255 (white).", ge=0, le=255
    )
    contrast: float = Field(description="95th minus 5th percentile of luma, in levels of 0-255.", ge=0, le=255)
    blockiness: float = Field(
        description="Mean extra step across the 8-pixel grid of JPEG, in luma levels of 0-255; 0 where no grid shows.",
        ge=0,
    )
    megapixels: float = Field(description="Width times height, in millions of pixels.", ge=0)
    window_blowout: float | None = Field(
        description="Share of the window panes' pixels that are white, 0 to 1; null where no window was found.",
        ge=0,
        le=1,
    )
    cast_delta_e: float | None = Field(
        description="Distance of what should be neutral from grey, as CIE 1976 delta E; null where nothing is.",
        ge=0,
    )
    roll_degrees: float | None = Field(
        description="Turn of the camera about its axis, positive clockwise as the picture shows it; null where too few "
        "lines tell."
    )
    vertical_convergence_degrees: float | None = Field(
        description="Angle between the verticals at the left and right edge, positive where they meet above the "
        "picture; null where too few lines tell."
    )


class Colour(Record):
    """One of the dominant colours."""

    lightness: float = Field(description="CIELAB L* (D65), 0 to 100.", ge=0, le=100)
    a: float = Field(description="CIELAB a* (D65): green below, red above zero.")
    b: float = Field(description="CIELAB b* (D65): blue below, yellow above zero.")
    hex: str = Field(description="The same colour in sRGB, as #rrggbb.", pattern="^#[0-9a-f]{6}$")
    share: float = Field(description="Share of the picture, 0 to 1.", ge=0, le=1)


class Lighting(Record):
    """The light in a photo."""

    kind: LightKind = Field(description="What light it was taken in.")
    mean_luma: float = Field(description="Mean BT.601 luma, 0 to 255.", ge=0, le=255)
    colour_temperature_k: float | None = Field(
        description="Correlated colour temperature of what should be neutral, in kelvin; null where nothing is.", ge=0
    )
    tint: float | None = Field(
        description="Distance from the black body's line (CIE 1960 Duv), positive is green; null like the temperature."
    )
    evenness: float = Field(
        description="0 (one part bright, the rest dark) to 1 (the same light everywhere), over a grid of parts.",
        ge=0,
        le=1,
    )


class Region(Record):
    """How much of the picture one kind of thing covers."""

    label: str = Field(description="Class of the segmentation; the manifest lists the classes of each model version.")
    share: float = Field(description="Share of the picture, 0 to 1.", ge=0, le=1)


class FoundObject(Record):
    """A thing that a listing names, and where it is."""

    label: str = Field(description="bed, sofa, table, chair, ...; the README of ml/ lists what can be found.")
    confidence: float = Field(description="0 to 1, of the detector or of the segmentation.", ge=0, le=1)
    box: Box = Field(description="Where it is.")


class Crop(Record):
    """The best part of the picture for one ratio."""

    ratio: str = Field(description="Width to height, as 16:9.", pattern="^[0-9]+:[0-9]+$")
    box: Box = Field(description="The part to keep.")
    score: float = Field(description="How much of what matters it keeps, 0 to 1.", ge=0, le=1)


class Mark(Record):
    """Something that was laid over the photo."""

    kind: MarkKind = Field(description="What it is.")
    box: Box = Field(description="Where it is.")
    confidence: float = Field(description="Calibrated probability, 0 to 1.", ge=0, le=1)


class Compliance(Record):
    """What may have to go before the photo is published."""

    marks: list[Mark] = Field(description="Text, phone numbers, logos and watermarks laid over the photo.")
    people: list[FoundObject] | None = Field(
        description="People; null where no detector that knows them is configured."
    )
    vehicles: list[FoundObject] | None = Field(
        description="Vehicles; null where no detector that knows them is configured."
    )
    faint_marks: list[Mark] = Field(
        default_factory=list,
        description="What may be a mark and is not sure enough to be told: counts where it repeats over the listing.",
    )


class PhotoRecord(Record):
    """Everything that is known about one photo. One analysis that fails leaves the others."""

    width: int = Field(description="Width in pixels, as a person sees it (after the EXIF orientation).", ge=1)
    height: int = Field(description="Height in pixels, as a person sees it (after the EXIF orientation).", ge=1)
    bytes: int = Field(description="Size of the file in bytes.", ge=1)
    format: ImageFormat = Field(description="How the file is encoded, by its content.")
    sha256: str = Field(description="SHA-256 of the file's bytes, 64 lower-case hex digits.", pattern="^[0-9a-f]{64}$")
    analyses: list[Analysis] = Field(description="Each analysis with what became of it and the model that answered.")
    scene: Scene | None = Field(description="What the photo shows.")
    space: Space = Field(description="Inside, outside, from the air, or no photo; derived from the scene label.")
    reso_image_of: str | None = Field(
        description="RESO Data Dictionary 2.0 `ImageOf` value; null where the label has none for sure."
    )
    furnishing: Furnishing = Field(description="How much furniture stands in the room.")
    quality: Quality | None = Field(description="How good the photo is.")
    colours: list[Colour] = Field(description="Dominant colours, the largest share first.")
    lighting: Lighting | None = Field(description="The light in the photo.")
    regions: list[Region] = Field(description="What covers how much of the picture, the largest share first.")
    objects: list[FoundObject] = Field(description="Things that a listing names, the surest first.")
    focus_point: Point | None = Field(description="Where a person looks first, and a crop should stay.")
    crops: list[Crop] = Field(description="The best crop for 16:9, 9:16, 1:1 and 4:5.")
    compliance: Compliance | None = Field(description="What may have to go before the photo is published.")
    perceptual_hash: str | None = Field(
        description="What the picture looks like, for finding duplicates: hex digits, compared by ml.duplicates only."
    )
    room_signature: str | None = Field(
        description="What the room looks like, for finding other photos of it: hex digits, compared by ml.rooms only."
    )


class ListedPhoto(Record):
    """A photo of a listing beside what is known about it."""

    photo_id: str = Field(description="The backend's id of the photo.")
    photo: PhotoRecord = Field(description="What is known about it.")


class DuplicateGroup(Record):
    """Photos that show the same picture."""

    keep: str = Field(description="photo_id of the best of them.")
    drop: list[str] = Field(description="photo_ids of the others, in the agent's order.")


class LeftOut(Record):
    """A photo that the order leaves out."""

    photo_id: str = Field(description="The backend's id of the photo.")
    reason: str = Field(description="One sentence: why it is left out.")


class Hero(Record):
    """The photo to show first and alone."""

    photo_id: str = Field(description="The backend's id of the photo.")
    reason: str = Field(description="One sentence: why this one.")


class Covered(Record):
    """Whether the listing shows one thing that a complete listing shows."""

    item: CoverageItem = Field(description="The thing.")
    photo_ids: list[str] = Field(
        description="The photos that show it, in the order of the listing; empty where none does."
    )


class RoomGroup(Record):
    """Photos that show the same room or the same side of the house."""

    label: str = Field(description="Scene label of the group; empty where it is not known.")
    photo_ids: list[str] = Field(description="Its photos, the best view first.")


class RepeatedMark(Record):
    """A mark that stands at the same place in many photos of the listing."""

    kind: MarkKind = Field(description="What it is.")
    box: Box = Field(description="Where it is.")
    photo_ids: list[str] = Field(description="The photos that carry it, in the agent's order.")


class ListingSummary(Record):
    """What the photos of a listing are together."""

    order: list[str] = Field(description="photo_ids in the order to show them, without the ones left out.")
    hero: Hero | None = Field(description="The photo to show first; null where no photo could be used.")
    duplicates: list[DuplicateGroup] = Field(description="Groups of photos that show the same picture.")
    left_out: list[LeftOut] = Field(description="Photos that `order` leaves out, with the reason.")
    coverage: list[Covered] = Field(description="One entry for each thing that a complete listing shows.")
    rooms: list[RoomGroup] = Field(description="Groups of photos that show the same room, in the listing's order.")
    repeated_marks: list[RepeatedMark] = Field(description="Marks that repeat over the listing, as a watermark does.")
