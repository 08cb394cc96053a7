"""What was lost on the way is found again: objects that no event announced, batches that stand still."""
