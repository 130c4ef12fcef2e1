"""The WSGI entry that granian (or any WSGI server) loads."""

import os

from django.core.wsgi import get_wsgi_application

from clinic.demo import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()
guard.refuse_demo_on_real_data()
