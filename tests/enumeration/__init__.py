"""Measures whether the time of an answer tells who is known here."""
