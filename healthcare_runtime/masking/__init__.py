"""Masking: what identifies people becomes what identifies nobody, the same value always the same.

``Masker(context)`` says for every entity of a text what stands in its place; ``mask_text`` puts it there, ``manifest``
records what was changed, ``residual`` tells surrogates from what was left.
Why so: docs/decisions/0006-how-documents-are-masked.md.
"""

from healthcare_runtime.masking.context import MaskingContext
from healthcare_runtime.masking.masker import Masker
from healthcare_runtime.masking.patient_facts import PatientFacts, Sex
from healthcare_runtime.masking.profile import MaskingProfile
from healthcare_runtime.masking.replacement import Action, MaskedPassage, Replacement, manifest, mask_text, output_spans
from healthcare_runtime.masking.residual import residual, source_span
from healthcare_runtime.masking.subkeys import KmsSubkeys, PatientSalts, SubkeySource

__all__ = [
    "Action",
    "KmsSubkeys",
    "MaskedPassage",
    "Masker",
    "MaskingContext",
    "MaskingProfile",
    "PatientFacts",
    "PatientSalts",
    "Replacement",
    "Sex",
    "SubkeySource",
    "manifest",
    "mask_text",
    "output_spans",
    "residual",
    "source_span",
]
