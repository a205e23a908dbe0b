"""New points for the rules of a model, learned from what became of its leads, and rules that it lacks."""
