"""Names of the job queues and tasks.

Jobs live in the same Postgres as the data, so a job that is deferred inside a transaction commits
or rolls back with it. `manage.py procrastinate worker`, without `--queues`, works every queue.
"""

MAIL_QUEUE = "mail"
UPKEEP_QUEUE = "upkeep"

SEND_MESSAGE = "clinic.tasks.send_message"
"""The task that sends one message; services know it by name because tasks import services."""
