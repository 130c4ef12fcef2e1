"""`make sbom`: what runs, Python and browser packages, as CycloneDX JSON in `.local/sbom.json`."""

import base64
import json
import re
from collections.abc import Iterator

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from deploy.local.places import ROOT, Refusal, finish, local_folder, say

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def main() -> int:
    """Write the bill.

    :raises Refusal: when it is not as CycloneDX wants it.
    """
    path = local_folder() / "sbom.json"
    path.write_text(write_bill())
    say(f"Wrote {path}: {len(json.loads(path.read_text())['components'])} components")
    return 0


def write_bill() -> str:
    """Return the bill of what runs: requirements.lock and package-lock.json.

    :raises Refusal: when it is not as CycloneDX wants it.
    """
    bill = Bom(components=[*python_packages(), *browser_packages()])
    site = bill.metadata.component = Component(name="nuan", type=ComponentType.APPLICATION)
    bill.register_dependency(site, bill.components)
    text = str(JsonV1Dot6(bill).output_as_string(indent=2))
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise Refusal(f"the bill of materials is not valid: {fault}")
    return text


def python_packages() -> Iterator[Component]:
    """Yield what pip installs."""
    for name, version in PINNED.findall((ROOT / "requirements.lock").read_text()):
        yield component("pypi", name, version)


def browser_packages() -> Iterator[Component]:
    """Yield what npm fetches, with the hash of each archive."""
    for folder, facts in json.loads((ROOT / "package-lock.json").read_text())["packages"].items():
        if folder:
            kind, _, digest = facts["integrity"].partition("-")
            named = HashType(alg=ALGORITHMS[kind], content=base64.b64decode(digest).hex())
            name = folder.rpartition("node_modules/")[2]
            yield component("npm", name, facts["version"], hashes=[named])


ALGORITHMS = {"sha512": HashAlgorithm.SHA_512, "sha256": HashAlgorithm.SHA_256}


def component(kind: str, name: str, version: str, hashes: list[HashType] | None = None) -> Component:
    """Return one package."""
    group, _, plain = name.rpartition("/")
    link = PackageURL(kind, group or None, plain, version)
    return Component(
        name=plain, group=group or None, version=version, purl=link, bom_ref=str(link), hashes=hashes
    )


if __name__ == "__main__":
    finish(main)
