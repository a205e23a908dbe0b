"""What became of leads, and what that says of a model: outcomes, backtests, thresholds, feedback, leaks and drift.

Statistics come from scikit-learn, statsmodels and scipy, the extra `learn`, which are loaded when they are needed.
"""
