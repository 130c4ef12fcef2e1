# Nuan's commands. `make run` and `make test` need bash, make and Python 3.11 or later; they fetch the
# rest. What they do is in deploy/local/.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-development setup-tests run test check bench race storm phone drag messages search import-speed board fuzz photos audit-speed rotate mutate lock sbom audit-dependencies sweep enumeration

# The first Python that is new enough.
PYTHON3 := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$name"; break; }; done)
ifeq ($(PYTHON3),)
PYTHON3 := echo "nuan: Python 3.11 or later is needed." >&2; exit 1;
endif

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: ## Install what the site needs (run and test do this first)
	@exec $(PYTHON3) -m deploy.local.setup

setup-development:
	@exec $(PYTHON3) -m deploy.local.setup --development

setup-tests:
	@exec $(PYTHON3) -m deploy.local.setup --development --browser

run: setup ## Serve the demo clinic (PORT=8000)
	@exec .venv/bin/python -m deploy.local.run

test: setup-tests ## Run every test, browser tests included
	@exec .venv/bin/python -m deploy.local.tests

check: setup-development ## Format, lint, types, imports, templates, migrations, settings, house rules
	@exec .venv/bin/python -m deploy.local.check

bench: setup-development ## Measure availability and claims against django-appointment
	@NUAN_DATABASE=nuan_bench exec .venv/bin/python -m deploy.local.with_database -m tests.bench

race: setup-development ## Race for the same times over HTTP and at service level
	@NUAN_DATABASE=nuan_race exec .venv/bin/python -m deploy.local.with_database -m tests.race

storm: setup-development ## Let eight receptionists work on one day, against a model of it
	@NUAN_DATABASE=nuan_storm exec .venv/bin/python -m deploy.local.with_database -m tests.storm
search: setup-development ## Measure the desk's search among 200,000 patients
	@NUAN_DATABASE=nuan_search exec .venv/bin/python -m deploy.local.with_database -m tests.search
audit-speed: setup-development ## Measure sealing and verifying 1,000,000 reads
	@NUAN_DATABASE=nuan_audit_speed exec .venv/bin/python -m deploy.local.with_database -m tests.audit_speed
import-speed: setup-development ## Measure the import of 3,000 patients with visits
	@NUAN_DATABASE=nuan_import_race exec .venv/bin/python -m deploy.local.with_database -m tests.imports
board: setup-development ## Measure the day board of 20 practitioners and 400 visits
	@NUAN_DATABASE=nuan_board exec .venv/bin/python -m deploy.local.with_database -m tests.board
enumeration: setup-development ## Measure whether the time of an answer tells whose address is known
	@NUAN_DATABASE=nuan_enumeration exec .venv/bin/python -m deploy.local.with_database -m tests.enumeration

fuzz: setup-development ## Send 100,000 spoiled requests to every page and form, as everybody
	@NUAN_DATABASE=nuan_fuzz exec .venv/bin/python -m deploy.local.with_database -m tests.fuzz

rotate: setup-development ## Rotate the keys of 10,000 records while the site works
	@NUAN_DATABASE=nuan_rotate exec .venv/bin/python -m deploy.local.with_database -m tests.rotation

mutate: setup-development ## Change the code that must be right, and see that a test notices
	@NUAN_DATABASE=nuan_mutate exec .venv/bin/python -m tests.mutation

photos: setup-development ## Read 10,000 hurt photos
	@exec .venv/bin/python -m tests.photos

phone: setup-tests ## Measure the first pages on a slow phone, in a real browser
	@exec .venv/bin/python -m tests.phone

drag: setup-tests ## Trace a drag over a full day board in a real browser
	@NUAN_DATABASE=nuan_drag_race exec .venv/bin/python -m deploy.local.with_database -m tests.board_drag

lock: setup-development ## Write the lists of hashes anew (UPGRADE=1: newest of what no list pins)
	@exec .venv/bin/python -m deploy.local.lock

sbom: setup-development ## Write what the site is made of, as CycloneDX
	@exec .venv/bin/python -m deploy.local.bill_of_materials

audit-dependencies: setup-development ## Ask a public service for known faults of what is installed
	@exec .venv/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements-dev.lock

sweep: setup-development ## Walk every page as everybody: headers, markup, logs, redirects
	@NUAN_SWEEP=1 exec .venv/bin/python -m pytest -q tests/test_headers.py tests/test_markup.py \
		tests/test_log_canaries.py tests/test_redirects.py

messages: setup-development ## Bring the Thai catalogue in line with the code (needs GNU gettext)
	@command -v xgettext >/dev/null || { echo "nuan: this needs GNU gettext, for example apt install gettext." >&2; exit 1; }
	@NUAN_LOG_LEVEL=WARNING .venv/bin/python manage.py makemessages --locale th --no-obsolete --add-location file --verbosity 0 \
		--ignore "node_modules/*" --ignore "staticfiles/*" --ignore "tests/*" --ignore "deploy/*"
