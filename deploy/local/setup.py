"""Everything `make run` and `make test` need before they start; quick when nothing changed.

`python3 -m deploy.local.setup` prepares the site; `--development` adds the tools for tests and
checks; `--browser` adds Chromium.
"""

import argparse

from deploy.local.chromium import install_chromium
from deploy.local.locks import held
from deploy.local.packages import install_packages
from deploy.local.places import finish, local_folder
from deploy.local.site_files import (
    collect_static_files,
    compile_translations,
    install_browser_assets,
)


def main() -> int:
    """Do what the command line asks, one process at a time."""
    parser = argparse.ArgumentParser(prog="deploy.local.setup", description=__doc__)
    parser.add_argument("--development", action="store_true")
    parser.add_argument("--browser", action="store_true")
    chosen = parser.parse_args()
    with held(local_folder() / "setup.lock"):
        install_packages(development=chosen.development)
        install_browser_assets()
        compile_translations()
        collect_static_files()
        if chosen.browser:
            install_chromium()
    return 0


if __name__ == "__main__":
    finish(main)
