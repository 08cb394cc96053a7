"""The DICOM Store SCP: receives instances over the network and answers "stored" only when they are.

``python -m dicom_scp`` runs it; its environment is its whole configuration (`dicom_scp.configuration`). Data flow:
``network`` (associations, DIMSE messages) -> ``ports`` (the border) -> ``reception`` (header, Part 10, durable store).
"""
