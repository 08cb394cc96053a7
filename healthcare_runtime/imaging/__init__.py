"""From stored DICOM instances to import jobs of HealthImaging, and to an outcome for every instance.

Read in the order of data flow: ``object_event``, ``registration``, ``registry``, ``batches``, ``closing``,
``job_plan``, ``import_source``, ``start_governor``, ``import_jobs``, ``output_manifest``, ``settlement``, ``sweep``.
The decision behind it is ``docs/decisions/0001-imaging-import-batches.md``.
"""
