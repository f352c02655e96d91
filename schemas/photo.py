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


class ImageFormat(Symbol):
    """How the file is encoded, by its content and not by its name."""

    UNKNOWN = "unknown"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    TIFF = "tiff"
    BMP = "bmp"
    GIF = "gif"


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
        description="Mean BT.709 luma of the gamma-coded pixels, 0 (black) to 255 (white).", ge=0, le=255
    )
    contrast: float = Field(description="95th minus 5th percentile of luma, in levels of 0-255.", ge=0, le=255)
    blockiness: float = Field(
        description="Mean extra step across the 8-pixel grid of JPEG, in luma levels of 0-255; 0 where no grid shows.",
        ge=0,
    )
    megapixels: float = Field(description="Width times height, in millions of pixels.", ge=0)


class PhotoRecord(Record):
    """Everything that is known about one photo."""

    scene: Scene = Field(description="What the photo shows.")
    space: Space = Field(description="Inside, outside, from the air, or no photo; derived from the scene label.")
    reso_image_of: str | None = Field(
        description="RESO Data Dictionary 2.0 `ImageOf` value; null where the label has none for sure."
    )
    quality: Quality = Field(description="How good the photo is.")
    width: int = Field(description="Width in pixels, as a person sees it (after the EXIF orientation).", ge=1)
    height: int = Field(description="Height in pixels, as a person sees it (after the EXIF orientation).", ge=1)
    bytes: int = Field(description="Size of the file in bytes.", ge=1)
    format: ImageFormat = Field(description="How the file is encoded, by its content.")
    sha256: str = Field(description="SHA-256 of the file's bytes, 64 lower-case hex digits.", pattern="^[0-9a-f]{64}$")
    perceptual_hash: str = Field(
        description="What the picture looks like, for finding duplicates: hex digits, compared by ml.duplicates only."
    )
    model: ModelRef = Field(description="The scene model that answered.")


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


class ListingSummary(Record):
    """What the photos of a listing are together."""

    order: list[str] = Field(description="photo_ids in the order to show them, without the ones left out.")
    hero: Hero | None = Field(description="The photo to show first; null where no photo could be used.")
    duplicates: list[DuplicateGroup] = Field(description="Groups of photos that show the same picture.")
    left_out: list[LeftOut] = Field(description="Photos that `order` leaves out, with the reason.")
    coverage: list[Covered] = Field(description="One entry for each thing that a complete listing shows.")
