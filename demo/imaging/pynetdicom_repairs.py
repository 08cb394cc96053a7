"""Two races of pynetdicom 3.0.4 between an association's own thread and the thread that sends, mended from outside."""

from __future__ import annotations

from pynetdicom.association import Association


class _Paused:
    """Whether an association's own thread rests; one that has ended rests for ever.

    Every request first waits until that thread rests. When it ends in just that moment, because the peer is gone, it
    never says so, and the request would wait for ever.
    """

    def __get__(self, association: Association, _owner: type[Association]) -> bool:
        return bool(association.__dict__.get("_paused")) or not association.is_alive()

    def __set__(self, association: Association, paused: bool) -> None:
        association.__dict__["_paused"] = paused


def end_waits() -> None:
    """From now on no request waits for the thread of an association that has ended."""
    Association._is_paused = _Paused()


def keep_responses(association: Association) -> Association:
    """Leave responses to the thread that sends.

    The association's own thread polls the queue on which ``send_c_store`` waits, and on a busy machine takes a
    response away from it, which then looks like a silent peer. Not for an association that expects N-EVENT-REPORT.
    """
    read = association.dimse.get_msg
    association.dimse.get_msg = lambda block=False: read(block=True) if block else (None, None)
    return association
