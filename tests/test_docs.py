"""What the READMEs say is so: links lead somewhere; targets, commands, settings and metrics are those of the code."""

import re
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge

from processors.cli.main import COMMANDS
from processors.cli.run import Processor
from processors.engine import metrics
from processors.settings import Settings

BENCH = {
    "VLS_BENCH_FRAMES",
    "VLS_BENCH_STAGE_PIXELS",
    "VLS_BENCH_VIDEO_PHOTOS",
    "VLS_BENCH_VIDEO_SECONDS",
    "VLS_BENCH_VIDEO_ROUNDS",
}
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("deploy", "migrations", "ml", "models", "processors", "render", "schemas", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def code(page: Path) -> str:
    """What a reader would type: fenced blocks, indented lines and text between backquotes, a line each."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```[a-z]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)
    return "\n".join([*fenced, *indented, *re.findall(r"`([^`\n]+)`", text)])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, fragment = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{target} is not there"
        if fragment:
            assert fragment in anchors(found), f"{target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for words in re.findall(r"^make ((?:[a-z-]+\b ?(?!=))+)", code(page), flags=re.MULTILINE):
        assert set(words.split()) <= targets, f"make {words}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    for command in re.findall(r"vls-media ([a-z-]+)", code(page)):
        assert command in COMMANDS, f"vls-media {command}"
    for processor in re.findall(r"vls-media run ([a-z]+)", code(page)):
        assert processor in set(Processor), f"vls-media run {processor}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {f"VLS_{field.upper()}" for field in Settings.model_fields}
    of_tools = {"VLS_CACHE", "VLS_SIMULATION_SEEDS", "VLS_PHOTOS"} | BENCH
    for variable in re.findall(r"\bVLS_[A-Z0-9_]*[A-Z0-9]\b", page.read_text(encoding="utf-8")):
        assert variable in known | of_tools or variable.startswith("VLS_TEST_"), variable


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_in_the_table_with_its_default_and_sentence(field: str) -> None:
    info = Settings.model_fields[field]
    default = info.get_default(call_default_factory=True)
    shown = "unset" if default is None else "empty" if default in ([], {}) else f"`{default}`"
    shown = {
        "artifacts_url": "`vls-artifacts` in the working folder",
        "models": "`models/` of the checkout",
        "models_pulled": "`vls-media/models` in the user's data folder",
    }.get(field, shown)
    row = f"| `VLS_{field.upper()}` | {shown} | {info.description} |"
    assert row in (ROOT / "processors" / "README.md").read_text(encoding="utf-8").splitlines()


def test_every_metric_in_the_table_exists_and_is_set_by_the_code() -> None:
    kept = {
        f"{metric._name}_total" if isinstance(metric, Counter) else metric._name: variable
        for variable, metric in vars(metrics).items()
        if isinstance(metric, Counter | Gauge)
    }
    users = [path for path in (ROOT / "processors").rglob("*.py") if "metrics import" in path.read_text("utf-8")]
    used = "\n".join(path.read_text(encoding="utf-8") for path in users)
    rows = re.findall(r"^\| `(vls_[a-z_]+)` \|", (ROOT / "processors" / "README.md").read_text("utf-8"), re.MULTILINE)
    assert rows
    for row in rows:
        assert row in kept, row
        assert re.search(rf"\b{kept[row]}\.(labels|set|inc)\b", used), f"nothing sets {row}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_this_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(root|home|Users)/", text)
    assert str(ROOT) not in text
