"""Background jobs of the clinic app: sending what waits in the outbox, and rescuing stalled jobs."""

from procrastinate import App


def on_app_ready(app: App) -> None:
    """Hook that procrastinate calls once its app is ready; tasks register themselves in tasks.py."""
