"""The WSGI entry that granian (or any WSGI server) loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()

from clinic.demo import guard  # noqa: E402 (models can be read only now)

guard.refuse_demo_on_real_data()
