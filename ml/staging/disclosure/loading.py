"""Reads disclosure policies from their YAML files: those that ship, and an operator's own."""

from pathlib import Path

from ml.staging.disclosure.errors import PolicyError, UnknownPolicyError
from ml.staging.disclosure.policy import Policy
from ml.staging.strict_yaml import read_strictly

SHIPPED = Path(__file__).parent / "policies"


def list_policies(own: Path | None = None) -> tuple[str, ...]:
    """The names of the policies that ship and of those in the folder `own`, sorted."""
    return tuple(sorted(_files(own)))


def load_policy(name: str, own: Path | None = None) -> Policy:
    """The policy of a name, or of `name@version`; one in the folder `own` goes before one that ships.

    Raises UnknownPolicyError, which names the policies that there are, or PolicyError where a file breaks the format.
    """
    plain, _, version = name.partition("@")
    files = _files(own)
    if plain not in files:
        raise UnknownPolicyError(f"There is no disclosure policy {name!r}; there are: {', '.join(sorted(files))}.")
    path = files[plain]
    try:
        policy = read_policy(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name} cannot be read: {error}.") from error
    if policy.name != plain:
        raise PolicyError(f"{path.name} holds a policy that calls itself {policy.name!r}.")
    if version and version != str(policy.version):
        raise UnknownPolicyError(
            f"There is no disclosure policy {name!r}; of {plain} there is version {policy.version}."
        )
    return policy


def read_policy(text: str, source: str) -> Policy:
    """The policy of a YAML text; `source` names it in errors. Raises PolicyError with the first thing that is wrong."""
    return read_strictly(text, source, Policy, "policy", PolicyError)


def _files(own: Path | None) -> dict[str, Path]:
    found = {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}
    if own is not None:
        if not own.is_dir():
            raise PolicyError(f"{own} is not a folder of disclosure policies.")
        found.update({path.stem: path for path in sorted(own.glob("*.yaml"))})
    return found
