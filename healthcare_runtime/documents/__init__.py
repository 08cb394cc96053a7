"""Clinical documents: from an object in the raw bucket to exactly one of processed, quarantined, rejected (seed 004).

``formats`` reads what arrives, ``steps`` are the states of the workflow, ``python -m healthcare_runtime.documents``
shows and decides.
"""
