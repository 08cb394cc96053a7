"""Puts together what the model cut: CA- and 7363-44 are one number, whatever type it gave to each piece."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate

_NUMBERS = frozenset({PhiType.ID, PhiType.PHONE_OR_FAX, PhiType.DATE, PhiType.ADDRESS, PhiType.AGE, PhiType.NAME})


def whole_figures(text: str, pieces: Iterable[Candidate]) -> Iterator[Candidate]:
    """Candidates of ``text`` in order, pieces of digits and letters that touch as one, of the longest piece's type."""
    run: list[Candidate] = []
    for piece in pieces:
        if run and not (piece.begin == run[-1].end and _of_a_figure(text, piece)):
            yield _whole(run)
            run = []
        if _of_a_figure(text, piece):
            run.append(piece)
        else:
            yield piece
    if run:
        yield _whole(run)


def _of_a_figure(text: str, piece: Candidate) -> bool:
    written = text[piece.begin : piece.end]
    return piece.type in _NUMBERS and written.isascii() and " " not in written


def _whole(run: list[Candidate]) -> Candidate:
    if len(run) == 1:
        return run[0]
    longest = max(run, key=lambda piece: (piece.type is PhiType.ID, piece.end - piece.begin))
    score = max(piece.score for piece in run)
    return replace(longest, begin=run[0].begin, end=run[-1].end, score=score)
