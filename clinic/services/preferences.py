"""What a user prefers, kept with the user."""

from clinic.models import User


def save_language(*, user: User, language: str) -> None:
    """Store the language a user reads. The caller has checked that it is one of ours."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
