"""What marks on listing photos say: names of agencies and photographers, adverts, dates, addresses, phone numbers."""

import numpy as np

_NAMES = [
    "Harbor",
    "Summit",
    "Maple",
    "Crown",
    "Coastal",
    "Prime",
    "Urban",
    "Golden",
    "Silver",
    "River",
    "Oak",
    "Stone",
    "Blue",
    "Green",
    "North",
    "Park",
    "Lake",
    "Sun",
]
_TRADES = [
    "Realty",
    "Homes",
    "Properties",
    "Estates",
    "Real_Estate",
    "Group",
    "Living",
    "Photography",
    "Media",
    "Immobilien",
    "Brokers",
    "Studio",
]
_ADVERTS = [
    "FOR SALE",
    "FOR RENT",
    "SOLD",
    "NEW PRICE",
    "JUST LISTED",
    "OPEN HOUSE",
    "PRICE REDUCED",
    "UNDER OFFER",
    "READY FOR OCCUPANCY",
    "ZU VERKAUFEN",
    "SE VENDE",
    "A VENDRE",
    "Virtually Staged",
    "Artist's Impression",
    "Sample Photo",
    "Preview",
    "DRAFT",
    "PRE-SELLING",
    "Move-in ready",
]
_DOMAINS = ("com", "net", "de", "co.uk", "ph", "realestate", "fr", "com.au")


def _digits(draw: np.random.Generator, count: int) -> str:
    return "".join(str(digit) for digit in draw.integers(0, 10, count))


def phone_number(draw: np.random.Generator) -> str:
    """A phone number in one of many countries' ways of writing it."""
    area, four = _digits(draw, 3), _digits(draw, 4)
    forms = (
        f"({area}) {_digits(draw, 3)}-{four}",
        f"{area}-{_digits(draw, 3)}-{four}",
        f"{area}.{_digits(draw, 3)}.{four}",
        f"+1 {area} {_digits(draw, 3)} {four}",
        f"+63 9{_digits(draw, 2)} {_digits(draw, 3)} {four}",
        f"09{_digits(draw, 2)} {_digits(draw, 3)} {four}",
        f"0{_digits(draw, 3)} / {_digits(draw, 6)}",
        f"+49 {_digits(draw, 3)} {_digits(draw, 7)}",
        f"0{_digits(draw, 4)} {_digits(draw, 6)}",
        f"{_digits(draw, 2)} {_digits(draw, 2)} {_digits(draw, 2)} {_digits(draw, 2)} {_digits(draw, 2)}",
        f"+61 4{_digits(draw, 2)} {_digits(draw, 3)} {_digits(draw, 3)}",
    )
    number = forms[int(draw.integers(len(forms)))]
    before = ("", "", "", "Call ", "Tel. ", "Tel: ", "Call/Text ", "Mobile: ")
    return before[int(draw.integers(len(before)))] + number


def date_stamp(draw: np.random.Generator) -> str:
    """A date, and sometimes a time, as cameras print them."""
    year, month, day = int(draw.integers(1998, 2027)), int(draw.integers(1, 13)), int(draw.integers(1, 29))
    forms = (
        f"{year}/{month:02d}/{day:02d}",
        f"{day:02d}.{month:02d}.{year}",
        f"{month} {day} '{year % 100:02d}",
        f"{year}-{month:02d}-{day:02d}",
    )
    clock = f" {int(draw.integers(24)):02d}:{int(draw.integers(60)):02d}" if draw.random() < 0.5 else ""
    return forms[int(draw.integers(len(forms)))] + clock


def name(draw: np.random.Generator) -> str:
    """The name of an agency or a photographer; now and then letters that mean nothing."""
    if draw.random() < 0.25:
        letters = "".join(chr(ord("a") + int(at)) for at in draw.integers(0, 26, int(draw.integers(3, 10))))
        return letters.upper() if draw.random() < 0.6 else letters.capitalize()
    words = [_NAMES[int(draw.integers(len(_NAMES)))], _TRADES[int(draw.integers(len(_TRADES)))].replace("_", " ")]
    said = " ".join(words[: 1 if draw.random() < 0.2 else 2])
    return said.upper() if draw.random() < 0.4 else said


def line(draw: np.random.Generator) -> str:
    """One line of text that is no phone number."""
    way = int(draw.integers(6))
    called = name(draw)
    if way == 0:
        return _ADVERTS[int(draw.integers(len(_ADVERTS)))]
    if way == 1:
        return f"www.{called.replace(' ', '').lower()}.{_DOMAINS[int(draw.integers(len(_DOMAINS)))]}"
    if way == 2:
        return f"© {called} {int(draw.integers(2005, 2027))}"
    if way == 3:
        return f"{int(draw.integers(1, 9900))} {_NAMES[int(draw.integers(len(_NAMES)))]} Street"
    if way == 4:
        return f"{int(draw.integers(1, 7))} bed  {int(draw.integers(1, 5))} bath  {int(draw.integers(40, 400))} m2"
    return called


def advert(draw: np.random.Generator) -> str:
    """Two or three words that offer the house."""
    return _ADVERTS[int(draw.integers(len(_ADVERTS)))]
