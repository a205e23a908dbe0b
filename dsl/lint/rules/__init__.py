"""The rules of `scorelang lint`: one a module, found by `lint/rule.py`.

SL1xx are traps in texts, SL2xx compare a model with its data, SL3xx are hygiene. SL4xx is kept for the model's logic.
"""
