"""The states of the document workflow (seed 004, processing flow), one module each, in the order in which they run."""
