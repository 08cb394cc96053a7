"""Protected health information in English and Japanese text, found without leaving the machine.

``Detector.load().detect(text)`` answers with the entities of ``healthcare_runtime.phi_entity``. Rules, gazetteers and
small models are files of this package: nothing is fetched, nothing is configured, nothing is written.
"""

from phi_detector.detection import Detection, Language
from phi_detector.detector import Detector

__all__ = ["Detection", "Detector", "Language"]
