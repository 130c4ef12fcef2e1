"""Finding people as the desk types: by name, phone or e-mail, in bounded time whatever is typed.

Every condition is one that an index answers (docs/performance.md): words by their beginnings, phones by both
ends, e-mails by their beginning; only the similarity of names may run out of its time, and then finds
nothing.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import OperationalError, connection, transaction
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast, Lower, Reverse
from psycopg.errors import QueryCanceled

from patients.models import Patient
from patients.search_text import fold
from patients.typed_phones import read_phone

FEWEST_LETTERS = 2
SIMILAR_LETTERS = 3
"""Letters from which names are searched inside words, and then by similarity, if no word begins so."""

SHOWN = 20
COUNTED = 200
"""Beyond so many the answer is "many", and which of them are shown is not said to mean anything."""

LONGEST_TYPED = 80
MOST_WORDS = 6
IN_ADDRESSES = re.compile(r"[@._+\d-]")
"""Who types one of these may mean an e-mail, also if there are names that begin so."""

LIKENESS = 0.5
"""The part of a typed name's trigrams that a similar name has; with two letters swapped it is about 0.6."""

SIMILAR_MS = 60
"""Time of the database for similar names (docs/performance.md says what it takes)."""


@dataclass(frozen=True)
class Found:
    """Who was found, by name. `count` is at most `COUNTED`; `is_many` says that there are more.

    `words` are the typed words, folded, for marking names; `is_similar` says that nobody is called so.
    """

    patients: list[Patient] = field(default_factory=list)
    count: int = 0
    is_many: bool = False
    is_similar: bool = False
    words: tuple[str, ...] = ()


def is_enough(typed: str) -> bool:
    """Say whether there is enough to search for: two letters or digits."""
    return sum(map(str.isalnum, fold(typed[:LONGEST_TYPED]))) >= FEWEST_LETTERS


def find_patients(
    typed: str, *, country_codes: Collection[str], also: Collection[UUID] = frozenset()
) -> Found:
    """Return the people a few typed letters may mean, and those in `also`, who were found otherwise.

    `country_codes` are those of the sites, such as "66". At most six queries.
    """
    if not is_enough(typed):
        return Found()
    typed = typed[:LONGEST_TYPED]
    words = tuple(_with_letters(fold(typed).split())[:MOST_WORDS])
    with _by_index():
        ids = {*also, *_find_phones(typed, country_codes), *_ids(_named(words))}
        if not ids or IN_ADDRESSES.search(typed):
            ids.update(_find_addresses(typed))
        if not ids and sum(map(len, words)) >= SIMILAR_LETTERS:
            ids.update(_ids(_named(words, inside=True)))
    if not ids:
        similar = _list_similar(" ".join(words))
        return Found(similar, len(similar), is_similar=bool(similar))
    people = _alive().filter(pk__in=ids).order_by("name", "pk")
    counted = min(len(ids), COUNTED)
    return Found(list(people[:SHOWN]), counted, is_many=len(ids) > COUNTED, words=words)


def _with_letters(words: Collection[str]) -> list[str]:
    """Return the words with a letter or digit; one of pictures has no trigram: every row would be read."""
    return [word for word in words if any(map(str.isalnum, word))]


def _alive() -> QuerySet[Patient]:
    return Patient.objects.filter(archived_at=None)


def _ids(people: QuerySet[Patient]) -> list[UUID]:
    """Return one more id than is counted; they are not put in order first, which would read all of them."""
    return list(people.order_by().values_list("pk", flat=True)[: COUNTED + 1])


def _named(words: Collection[str], *, inside: bool = False) -> QuerySet[Patient]:
    """Return the people in whose names a word begins so for each typed one. No word, nobody.

    With `inside`, long words may stand anywhere; short ones have no trigram to look for except at a
    beginning.
    """
    if not words:
        return Patient.objects.none()
    here = Q()
    for word in words:
        here &= Q(search_text__contains=word if inside and len(word) >= SIMILAR_LETTERS else f" {word}")
    return _alive().filter(here)


def _find_phones(typed: str, country_codes: Collection[str]) -> list[UUID]:
    """Return the people with such a phone."""
    phone = read_phone(typed, country_codes=country_codes)
    if not phone.begins and not phone.ends:
        return []
    here = Q()
    for beginning in phone.begins:
        here |= Q(number__startswith=beginning)
    for end in phone.ends:
        here |= Q(backwards__startswith=end[::-1])
    number, backwards = Cast("phone", CharField()), Reverse("phone", output_field=CharField())
    return _ids(_alive().alias(number=number, backwards=backwards).filter(here))


def _find_addresses(typed: str) -> list[UUID]:
    """Return the people whose e-mail begins so."""
    address = typed.strip().lower()
    if len(address) < FEWEST_LETTERS or any(letter.isspace() for letter in address):
        return []
    return _ids(_alive().alias(folded=Lower("email")).filter(folded__startswith=address))


@contextmanager
def _by_index(milliseconds: int | None = None) -> Iterator[None]:
    """Let Postgres read no whole table, whatever it guesses of a pattern, and stop after so long."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        if milliseconds is not None:
            cursor.execute(f"SET LOCAL statement_timeout = {milliseconds}")
            cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {LIKENESS}")
        yield
        for name in ("enable_seqscan", "statement_timeout", "pg_trgm.word_similarity_threshold"):
            cursor.execute(f"SET LOCAL {name} TO DEFAULT")


def _list_similar(words: str) -> list[Patient]:
    """Return the people with similar names, the most similar first; nobody for less than three letters."""
    if len(words.replace(" ", "")) < SIMILAR_LETTERS:
        return []
    similar = _alive().filter(search_text__trigram_word_similar=words)
    nearest = similar.alias(likeness=TrigramWordSimilarity(words, "search_text")).order_by(
        "-likeness", "name", "pk"
    )
    try:
        with _by_index(SIMILAR_MS):
            return list(nearest[:SHOWN])
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return []
        raise
