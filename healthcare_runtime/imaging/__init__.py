"""From stored DICOM instances to import jobs of HealthImaging, and to an outcome for every instance.

The rooms stand in the order of data flow, and each knows only those before it: ``instances`` says what is announced and
known of each, ``batches`` gathers them, closes and divides, ``jobs`` imports a batch and settles what came of it,
``sweeps`` finds what was lost on the way, ``steps`` wires them to functions; ``inquiry`` answers operators.
The decision behind it is ``docs/decisions/0001-imaging-import-batches.md``.
"""
