"""Static files, uploads and where files lie."""

from pathlib import Path

from clinic.configuration.environment import BASE_DIR, DEBUG, TESTING, env

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "clinic.assets.BrowserAssetFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING or DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Tests make many clients: looking files up when asked beats listing them all for each.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else shows our files
MEDIA_ROOT = Path(env.str("NUAN_MEDIA", default=str(BASE_DIR / ".local" / "media")))
MEDIA_URL = "/media/"
# Sealed photos; never under a URL.
PHOTOS_ROOT = Path(env.str("NUAN_PHOTOS", default=str(BASE_DIR / ".local" / "photos")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Uploads stay in memory, never in a temporary file; a larger one is not taken in.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
