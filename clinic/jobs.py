"""Names of the job queues and tasks.

Jobs live in the same Postgres as the data, so a job that is deferred inside a transaction commits
or rolls back with it. `manage.py procrastinate worker`, without `--queues`, works every queue.
"""

MAIL_QUEUE = "mail"
UPKEEP_QUEUE = "upkeep"

SEND_MESSAGE = "clinic.tasks.send_message"
BUILD_COPY = "bookings.tasks.build_copy"
"""Tasks that services defer; they know them by name because tasks import services."""
