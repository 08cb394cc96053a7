"""A sender of the tests and of the demo does not hang when its peer goes away."""

import threading

from pynetdicom import AE
from pynetdicom.sop_class import Verification

from demo.imaging.pynetdicom_repairs import end_waits
from tests.dicom.network.running_server import RunningServer


def test_given_an_association_whose_thread_has_ended_when_released_then_nobody_waits(
    server: RunningServer,
) -> None:
    end_waits()
    entity = AE()
    entity.acse_timeout = 1
    entity.add_requested_context(Verification)
    association = entity.associate("127.0.0.1", server.port)
    assert association.is_established
    association.abort()
    association.join(20)
    association.is_established = True  # as it is for a moment, for the thread that asks
    ending = threading.Thread(target=association.release, daemon=True)
    ending.start()
    ending.join(60)
    assert not ending.is_alive()
