"""Instances become batches: registered into the open one of their prefix, closed, divided into jobs, set going."""
