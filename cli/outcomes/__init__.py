"""What the commands do that hold a model against what became of its leads."""
