"""What is installed is what was chosen, file by file, and no key lies among the sources."""

import json
import re
from pathlib import Path

import pytest

from deploy.local import bill_of_materials, secrets_scan

ROOT = Path(__file__).resolve().parents[1]
LISTS = ["requirements", "requirements-dev", "requirements-node"]
CHOSEN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;#]+)", re.MULTILINE)
HASHED = re.compile(
    r"^([A-Za-z0-9._-]+)==([^\s;\\]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)


def plain(name: str) -> str:
    """Return a package's name as every list spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    """Return what a list of hashes holds: package to version."""
    return {
        plain(package): version for package, version, _ in HASHED.findall((ROOT / f"{name}.lock").read_text())
    }


@pytest.mark.parametrize("name", LISTS)
def test_every_line_of_a_lock_is_a_version_with_its_hashes(name: str) -> None:
    text = (ROOT / f"{name}.lock").read_text()

    assert HASHED.sub("", text).strip() == ""
    assert locked(name)


@pytest.mark.parametrize("name", LISTS)
def test_every_chosen_version_is_the_locked_one(name: str) -> None:
    chosen = CHOSEN.findall((ROOT / f"{name}.txt").read_text())

    assert chosen
    assert [
        (package, version) for package, version in chosen if locked(name).get(plain(package)) != version
    ] == []


def test_tests_run_on_what_the_site_runs_on() -> None:
    assert locked("requirements").items() <= locked("requirements-dev").items()


def test_every_browser_package_has_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, facts in packages.items() if name and "sha512-" not in facts["integrity"]] == []
    assert len(packages) > 5


def test_the_bill_names_everything_that_runs() -> None:
    bill = json.loads(bill_of_materials.write_bill())
    links = {part["purl"] for part in bill["components"]}

    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "nuan")
    assert {f"pkg:pypi/{name}@{version}" for name, version in locked("requirements").items()} <= links
    assert "pkg:npm/bootstrap@5.3.9" in links


PLANTED = {
    "key.pem": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "mail.py": 'url = "smtp://clinic:' + 'zq8VfT3rK0pW@mail.example"',
    "cloud.env": "id=AKIA" + "Q3EGRVNJ7T5WXYZ2",
    "settings.py": "SECRET_" + 'KEY = "mF9x-2Lq8vTz0RkWb7Yh"',
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PLANTED[name] + "\n")

    (found,) = secrets_scan.find_secrets([tmp_path / name], tmp_path)

    assert found.startswith(f"{name}:1: ")


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('SECRET_KEY = env.str("SECRET_KEY")\n')

    assert list(secrets_scan.find_secrets([tmp_path / "a.py"], tmp_path)) == []


def test_what_is_known_to_be_none_still_is_there() -> None:
    paths = {ROOT / path for path, _ in secrets_scan.NO_SECRETS}

    assert [path for path in paths if list(secrets_scan.find_secrets([path], ROOT))] == []
    assert [str(path) for path in paths if not path.exists()] == []
