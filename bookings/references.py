"""References as people say them on the phone. Pure."""


def spelling_groups(reference: str) -> list[str]:
    """Return a reference in short groups to read out, three letters at most: "BCD F23 45".

    No group has a single letter, which would be lost on the phone. The letters were chosen so that none is
    heard as another; no code words are needed.
    """
    groups = [reference[at : at + 3] for at in range(0, len(reference), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2][:2], groups[-2][2:] + groups[-1]]
    return groups
