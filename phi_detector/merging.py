"""From candidates that overlap and disagree to entities that do not."""

from collections.abc import Iterable
from dataclasses import replace

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate, Source

_RANK = {Source.KNOWN: 4, Source.RULE: 3, Source.GAZETTEER: 2, Source.MODEL: 2, Source.PROPAGATION: 1}
_MOST_SCORE = 0.99


def merge(text: str, candidates: Iterable[Candidate], least_score: float) -> list[Candidate]:
    """Merge candidates of one text: sorted, not overlapping, not below ``least_score`` once they are merged.

    Two faint candidates of different sources that agree make a strong one.

    What overlaps and has one type becomes one span: masking too much of a name is better than half of it. Where types
    differ, the stronger keeps its span and the weaker what is left of its own, so that nothing found is lost.
    """
    groups: list[list[Candidate]] = []
    end = -1
    for one in sorted(candidates, key=lambda c: (c.begin, -c.end)):
        if one.begin < end:
            groups[-1].append(one)
            end = max(end, one.end)
        else:
            groups.append([one])
            end = one.end
    merged = [one for group in groups for one in (group if len(group) == 1 else _settle(group))]
    trimmed = (_trimmed(text, one) for one in merged if one.score >= least_score)
    return [one for one in trimmed if one is not None]


def _settle(group: list[Candidate]) -> list[Candidate]:
    """One group of candidates, each of which overlaps another."""
    by_type: list[Candidate] = []
    for kind in sorted({one.type for one in group}):
        same = sorted((one for one in group if one.type == kind), key=lambda c: c.begin)
        by_type += _unions(same)
    if len(by_type) == 1:
        return by_type
    taken: list[Candidate] = []
    for one in sorted(by_type, key=_strength, reverse=True):
        pieces = [one]
        for stronger in taken:
            pieces = [left for piece in pieces for left in _without(piece, stronger)]
        taken += pieces
    return sorted(taken, key=lambda c: c.begin)


def _unions(same: list[Candidate]) -> list[Candidate]:
    unions: list[Candidate] = []
    for one in same:
        if unions and one.begin < unions[-1].end:
            last = unions[-1]
            best = max(last, one, key=_strength)
            agreed = last.score if last.source == one.source else 1 - (1 - last.score) * (1 - one.score)
            kind = best.kind or last.kind or one.kind
            score = min(_MOST_SCORE, max(last.score, one.score, agreed))
            unions[-1] = Candidate(last.begin, max(last.end, one.end), best.type, score, kind, best.source)
        else:
            unions.append(one)
    return unions


def _strength(one: Candidate) -> tuple[float, int, int]:
    return (one.score + 0.02 * _RANK[one.source], _RANK[one.source], one.end - one.begin)


def _without(piece: Candidate, stronger: Candidate) -> list[Candidate]:
    if piece.end <= stronger.begin or piece.begin >= stronger.end:
        return [piece]
    left = [replace(piece, end=stronger.begin)] if piece.begin < stronger.begin else []
    right = [replace(piece, begin=stronger.end)] if piece.end > stronger.end else []
    return left + right


def _trimmed(text: str, one: Candidate) -> Candidate | None:
    """Without spaces and commas at the edges; nothing, where no letter or digit is left."""
    begin, end = one.begin, one.end
    while begin < end and (text[begin].isspace() or text[begin] in ",;:|"):
        begin += 1
    while end > begin and (text[end - 1].isspace() or text[end - 1] in ",;:|"):
        end -= 1
    if one.type is PhiType.NAME and end - begin > 2 and text[end - 2 : end].lower() == "'s":
        end -= 2
    if not any(c.isalnum() for c in text[begin:end]):
        return None
    return one if (begin, end) == (one.begin, one.end) else replace(one, begin=begin, end=end)
