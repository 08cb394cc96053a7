"""One thin module per capability: a stack lists its constructs, the content is in them."""
