"""What the fraud score raises. A document whose score is not known is held, never passed."""

from __future__ import annotations


class FraudScoreUnavailableError(Exception):
    """The endpoint did not answer, or not in time: try again."""


class FraudScoreContractError(Exception):
    """The endpoint and this client do not understand each other: to try again does not help."""


class HistoryUnavailableError(FraudScoreUnavailableError):
    """The submitter's counters could not be used just now: try again."""
