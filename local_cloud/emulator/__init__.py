"""ministack 1.5.33 with what this platform needs on top: resource types, services, and closer fidelity to AWS.

Everything is changed in process, from outside: no file of ministack is touched. Each module declares the private names
it stands on (:mod:`local_cloud.emulator.patching`); the launcher refuses to start when one of them has another shape.
"""
