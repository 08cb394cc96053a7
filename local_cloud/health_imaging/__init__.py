"""AWS HealthImaging on this machine: the ``medical-imaging`` API as botocore models it, over SQLite and plain files.

A process of its own (``python -m local_cloud.health_imaging``). In the order in which data flows: requests are routed
and checked against the service model (``service_model``, ``constraints``), operations act on the database
(``datastore_operations``, ``import_operations``, ``image_set_operations``), import jobs read DICOM from S3
(``import_runner``, ``scan``), worker processes turn each object into metadata and frames (``worker_pool``, ``worker``,
``instance``, ``frames``), merging organises instances into image sets (``merging``), and the results go back to S3 and
to EventBridge (``manifest``, ``events``). README.md says what differs from AWS.
"""
