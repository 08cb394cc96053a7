"""From stored DICOM instances to import jobs of HealthImaging, and to an outcome for every instance.

The rooms stand in the order of data flow, and each knows only those before it: ``instances`` are announced and
registered, ``batches`` gather and close them, ``jobs`` import a batch and settle what came of it, ``sweeps`` find what
was lost on the way; ``steps`` wires them to functions. ``inquiry`` answers operators.
The decision behind it is ``docs/decisions/0001-imaging-import-batches.md``.
"""
