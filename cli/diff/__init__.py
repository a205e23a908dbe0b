"""What `scorelang diff` does: two versions of a model, and what becomes of leads under each."""
