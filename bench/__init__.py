"""Measurements as ratios side by side in one run. `make bench` runs them and rewrites docs/performance.md."""
