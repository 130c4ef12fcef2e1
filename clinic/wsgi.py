"""The WSGI entry that granian (or any WSGI server) loads."""

import os

from django.core.wsgi import get_wsgi_application

from clinic import log_lines
from clinic.demo import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

django_application = get_wsgi_application()
guard.refuse_demo_on_real_data()
log_lines.hide_crashes()

from clinic.middleware import refuse_other_encodings  # noqa: E402 (it needs Django's apps)
from clinic.views.health import look_at_keys  # noqa: E402

look_at_keys()
application = refuse_other_encodings(django_application)
