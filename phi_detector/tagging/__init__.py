"""The small neural tagger that both languages share: tokens in, candidates with probabilities out."""

from phi_detector.tagging.tagger import Tagger
from phi_detector.tagging.tokens import Tokeniser, Tokens, feature_id

__all__ = ["Tagger", "Tokeniser", "Tokens", "feature_id"]
