"""State machines over functions, and how often their steps are tried again."""
