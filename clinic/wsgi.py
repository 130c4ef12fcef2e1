"""The WSGI entry that granian (or any WSGI server) loads."""

import os

from django.core.wsgi import get_wsgi_application

from clinic.demo import guard
from clinic.middleware import refuse_other_encodings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = refuse_other_encodings(get_wsgi_application())
guard.refuse_demo_on_real_data()
