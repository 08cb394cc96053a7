"""From stored DICOM instances to import jobs of HealthImaging, and to an outcome for every instance.

Read in the order of data flow: ``object_event``, ``registration``, ``instance``, ``registry``, ``batch``, ``batches``,
``closing``, ``job_plan``, ``dispatch``, ``import_source``, ``start_governor``, ``import_jobs``, ``output_manifest``,
``settlement``, ``bucket_sweep``, ``batch_sweep``; ``steps`` wires them to functions, ``inquiry`` answers operators.
The decision behind it is ``docs/decisions/0001-imaging-import-batches.md``.
"""
