"""The object path of the DICOM Store SCP: from the bytes of a data set to a durable object, in the order of the flow.

``data_set_reception`` receives into memory of the ``memory_budget``; ``element_walker`` (and ``inflation``) look at the
bytes as they pass, ``instance_header`` judges them, ``import_prefixes`` chooses the key, ``part10`` writes the file's
header; an ``object_store`` (``directory_store``, ``s3_store``) makes the object durable; ``recent_instances`` answers
storage commitment. ``open_storage`` is the only door; processes that work with one store each have a `StorageShare`.
"""

from dicom_scp.reception.opening import StorageShare, open_storage

__all__ = ["StorageShare", "open_storage"]
