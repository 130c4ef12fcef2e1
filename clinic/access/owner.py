"""What the owner sets up: places, people, hours, the offer, import and export."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import DESK, OWNER

RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Set-up pages of the owner: the desk reads when the clinic is open, and changes none of it here
        "setup:home": OWNER,
        "setup:sites": OWNER,
        "setup:site-add": OWNER,
        "setup:zone-now": OWNER,
        "setup:site": OWNER,
        "setup:site-archive": OWNER,
        "setup:site-bring-back": OWNER,
        "setup:rooms": OWNER,
        "setup:room-add": OWNER,
        "setup:room": OWNER,
        "setup:room-archive": OWNER,
        "setup:room-bring-back": OWNER,
        "setup:people": OWNER,
        "setup:staff-add": OWNER,
        "setup:member": OWNER,
        "setup:member-stop": OWNER,
        "setup:member-allow": OWNER,
        "setup:member-invite": OWNER,
        "setup:member-reset-factors": OWNER,
        "setup:member-end-sessions": OWNER,
        "setup:profile-add": OWNER,
        "setup:profile": OWNER,
        "setup:profile-archive": OWNER,
        "setup:profile-bring-back": OWNER,
        "setup:hours": DESK,
        "setup:draw": OWNER,
        "setup:hours-ahead": OWNER,
        "setup:holidays": DESK,
        "setup:observe": OWNER,
        "setup:closure-add": OWNER,
        "setup:opening-add": OWNER,
        "setup:closure-remove": OWNER,
        "setup:opening-remove": OWNER,
        # What the clinic offers
        "offering:visit-types": OWNER,
        "offering:add-visit-type": OWNER,
        "offering:visit-type": OWNER,
        "offering:archive-visit-type": OWNER,
        "offering:treatments": OWNER,
        "offering:add-treatment": OWNER,
        "offering:treatment": OWNER,
        "offering:treatment-facts": OWNER,
        "offering:archive-treatment": OWNER,
        "offering:card": OWNER,
        "offering:show-card": OWNER,
        "offering:gate": OWNER,
        "offering:gates": OWNER,
        "offering:close-gate": OWNER,
        "offering:messages": OWNER,
        "offering:message": OWNER,
        "offering:reset-message": OWNER,
        "offering:message-as-mail": OWNER,
        "offering:policy": OWNER,
        # Import and export
        "imports:start": OWNER,
        "imports:columns": OWNER,
        "imports:check": OWNER,
        "imports:done": OWNER,
        "imports:undo": OWNER,
        "imports:forget": OWNER,
        "imports:export-patients": OWNER,
        "imports:export-visits": OWNER,
    }
)
