"""What the owner sets up: places, people, hours, the offer, import and export."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.fields import PEOPLE, STAFF_NOTES, VISITS
from clinic.access.objects import (
    BATCH,
    BATCH_TO_GO,
    CARD,
    CLOSURE,
    GATE,
    MEMBER,
    NONE,
    OPENING,
    PROFILE,
    ROOM,
    SITE,
    TREATMENT,
    VISIT_TYPE,
    WORDING,
)
from clinic.access.rule import FORM, PRESS, SEE, Rule
from clinic.access.who import DESK, OWNER

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # Set-up pages of the owner: the desk reads when the clinic is open, and changes none of it here
        "setup:home": Rule(OWNER, SEE),
        "setup:sites": Rule(OWNER, SEE),
        "setup:site-add": Rule(OWNER, FORM),
        "setup:zone-now": Rule(OWNER, SEE),
        "setup:site": Rule(OWNER, FORM, SITE),
        "setup:site-archive": Rule(OWNER, PRESS, SITE, VISITS),
        "setup:site-bring-back": Rule(OWNER, PRESS, SITE),
        "setup:rooms": Rule(OWNER, SEE),
        "setup:room-add": Rule(OWNER, FORM),
        "setup:room": Rule(OWNER, FORM, ROOM),
        "setup:room-archive": Rule(OWNER, PRESS, ROOM, VISITS),
        "setup:room-bring-back": Rule(OWNER, PRESS, ROOM),
        "setup:people": Rule(OWNER, SEE, NONE, PEOPLE),
        "setup:staff-add": Rule(OWNER, FORM, NONE, PEOPLE),
        "setup:member": Rule(OWNER, FORM, MEMBER, PEOPLE),
        "setup:member-stop": Rule(OWNER, PRESS, MEMBER, PEOPLE),
        "setup:member-allow": Rule(OWNER, PRESS, MEMBER, PEOPLE),
        "setup:member-invite": Rule(OWNER, PRESS, MEMBER, PEOPLE),
        "setup:profile-add": Rule(OWNER, FORM, NONE, PEOPLE),
        "setup:profile": Rule(OWNER, FORM, PROFILE, PEOPLE),
        "setup:profile-archive": Rule(OWNER, PRESS, PROFILE, VISITS),
        "setup:profile-bring-back": Rule(OWNER, PRESS, PROFILE),
        "setup:hours": Rule(DESK, SEE),
        "setup:draw": Rule(OWNER, FORM, PROFILE),
        "setup:hours-ahead": Rule(OWNER, PRESS, PROFILE),
        "setup:holidays": Rule(DESK, SEE),
        "setup:observe": Rule(OWNER, FORM, SITE),
        "setup:closure-add": Rule(OWNER, FORM, SITE),
        "setup:opening-add": Rule(OWNER, FORM, SITE),
        "setup:closure-remove": Rule(OWNER, PRESS, CLOSURE),
        "setup:opening-remove": Rule(OWNER, PRESS, OPENING),
        # What the clinic offers
        "offering:visit-types": Rule(OWNER, SEE),
        "offering:add-visit-type": Rule(OWNER, FORM, NONE, STAFF_NOTES),
        "offering:visit-type": Rule(OWNER, FORM, VISIT_TYPE, STAFF_NOTES),
        "offering:archive-visit-type": Rule(OWNER, PRESS, VISIT_TYPE, VISITS),
        "offering:treatments": Rule(OWNER, SEE),
        "offering:add-treatment": Rule(OWNER, FORM),
        "offering:treatment": Rule(OWNER, SEE, TREATMENT),
        "offering:treatment-facts": Rule(OWNER, FORM, TREATMENT),
        "offering:archive-treatment": Rule(OWNER, PRESS, TREATMENT),
        "offering:card": Rule(OWNER, FORM, CARD),
        "offering:show-card": Rule(OWNER, PRESS, CARD),
        "offering:gate": Rule(OWNER, FORM, TREATMENT),
        "offering:gates": Rule(OWNER, SEE),
        "offering:close-gate": Rule(OWNER, PRESS, GATE),
        "offering:messages": Rule(OWNER, SEE),
        "offering:message": Rule(OWNER, FORM, WORDING),
        "offering:reset-message": Rule(OWNER, PRESS, WORDING),
        "offering:message-as-mail": Rule(OWNER, PRESS, WORDING),
        "offering:policy": Rule(OWNER, FORM),
        # Import and export
        "imports:start": Rule(OWNER, FORM, NONE, VISITS),
        "imports:columns": Rule(OWNER, FORM, BATCH, VISITS),
        "imports:check": Rule(OWNER, FORM, BATCH, VISITS),
        "imports:done": Rule(OWNER, SEE, BATCH, VISITS),
        "imports:undo": Rule(OWNER, PRESS, BATCH, VISITS),
        "imports:forget": Rule(OWNER, PRESS, BATCH_TO_GO, VISITS),
        "imports:export-patients": Rule(OWNER, PRESS, NONE, VISITS),
        "imports:export-visits": Rule(OWNER, PRESS, NONE, VISITS),
    }
)
