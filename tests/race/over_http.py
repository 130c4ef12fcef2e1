"""Races on the real pages of the running site."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from bookings.forms.choose_time import write_instant
from bookings.life_cycle import Status
from bookings.models import Appointment
from tests.race.browsing import judge
from tests.race.crew import Crew
from tests.race.scenes import Track, clear
from tests.race.tally import Tally

GOES_ON = 5
"""In every fifth round the winner goes on through details and check to a booking."""

ENOUGH = 3
"""A loser sees at least so many other times."""


def race_on_pages(
    crew: Crew, track: Track, tally: Tally, *, port: int, racers: int, rounds: int
) -> Iterator[int]:
    """Let racers open the page, then choose overlapping, unequal times of one person and room at once."""
    search = {
        "visit": track.calendar.visit_type.code,
        "where": track.calendar.site.slug,
        "mode": "in_person",
        "zone": "Europe/London",
    }
    grid = track.calendar.visit_type.grid_minutes
    for number in range(rounds):
        start = track.window(number)
        query = urlencode(search | {"day": start.date().isoformat()})
        tally.add(crew.go([("open_page", {"port": port, "query": query})] * racers))
        times = [start + timedelta(minutes=grid * (n % (50 // grid))) for n in range(racers)]
        chosen = [("choose", {"port": port, "start": write_instant(at), "search": search}) for at in times]
        reports = [judge(report) for report in crew.go(chosen)]
        tally.add(reports)
        tally.few_alternatives += sum(r.value[2] < ENOUGH for r in reports if r.refusal)
        winners = [n for n, report in enumerate(reports) if report.won]
        tally.add_race(len(winners))
        if number % GOES_ON == 0 and winners:
            book_on_pages(crew, port, winners[0], tally)
        clear()
        yield number


def book_on_pages(crew: Crew, port: int, winner: int, tally: Tally) -> None:
    """Let the winner go on to the proof, while nobody else does anything."""
    report = crew.one(winner, ("finish", {"port": port}))
    tally.add([report])
    sound = report.won and Appointment.objects.filter(status=Status.BOOKED).count() == 1
    tally.add_other("booked_on_pages", sound=sound)
