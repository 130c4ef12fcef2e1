"""What is wrong with a line of a file, and why something stays when an import is taken back, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bookings.import_rows import Problem

PROBLEM_WORDS = {
    # the person: the line is left out
    "name_missing": _("There is no name."),
    "name": _("We can't read this name."),
    "phone": _("This is not a phone number we can call."),
    "email": _("This is not an e-mail address."),
    "contact_name": _("We can't read the name of the contact person."),
    "birth_date": _("We can't read this date of birth."),
    "birth_date_bounds": _("This date of birth is in the future, or before 1900."),
    "birth_date_short": _("Write the year of birth with four digits."),
    "known": _("This person is here already."),
    # the visit: the person comes without it
    "date": _("We can't read the date of the visit."),
    "date_short": _("Write the year of the visit with four digits."),
    "date_bounds": _("This date is too far away."),
    "time": _("We can't read the time of the visit."),
    "over": _("This time is over."),
    "called_off": _("The status says that this visit does not take place any more."),
    "visit_type": _("This site offers no visit of this name."),
    "visit_type_missing": _("The row names no visit type."),
    "gated": _("A doctor must decide on this visit first. Book it on the board."),
    "mode": _("We don't know this way of visiting."),
    "mode_not_offered": _("This visit can't happen in this way."),
    "practitioner": _("Nobody of this name works here."),
    "practitioners": _("Several people have this name."),
    "not_theirs": _("This practitioner does not do this visit."),
    "person_busy": _("This person has another visit at this time."),
    "practitioner_busy": _("The practitioner is not free at this time."),
    "nobody_free": _("Nobody is free at this time."),
    "room_busy": _("No room is free at this time."),
}
OF_PEOPLE = frozenset(
    {"name_missing", "name", "phone", "email", "contact_name", "known"}
    | {"birth_date", "birth_date_short", "birth_date_bounds"}
)
KEPT_WORDS = {
    "visit_changed": _("The visit was changed since."),
    "visit_used": _("Something was added to the visit since."),
    "patient_used": _("There is more about this person by now, such as a visit or a form."),
    "patient_changed": _("The details were changed since."),
}


@dataclass(frozen=True)
class ToldProblem:
    """A line of the file and what is wrong with it."""

    row: int
    words: str
    typed: str
    leaves_out_person: bool


def tell(problem: Problem) -> ToldProblem:
    """Return a problem in words."""
    words = PROBLEM_WORDS.get(problem.code, _("We can't read this row."))
    return ToldProblem(problem.row, str(words), problem.typed, problem.code in OF_PEOPLE)
