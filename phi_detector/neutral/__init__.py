"""Recognisers that read any language: what machines write, such as addresses of the net and numbers of devices."""

from collections.abc import Iterator, Sequence

from phi_detector.neutral.machine_numbers import RULES as MACHINE_NUMBERS
from phi_detector.neutral.net import RULES as NET
from phi_detector.neutral.net import ip_addresses
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate, Recogniser


class NeutralRules:
    """The rules of this package."""

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        for rule in NET:
            yield from rule.find(text.text)
        for rule in MACHINE_NUMBERS:
            yield from rule.find(text.flat)
        yield from ip_addresses(text.text)


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser that needs no language."""
    return (NeutralRules(),)
