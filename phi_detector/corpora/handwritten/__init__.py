"""Whole notes written by hand, with fields that a cast of people, places and numbers fills."""
