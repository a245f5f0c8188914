"""Every speed that is quoted, each by one command, with its yardstick measured beside it in the same run.

`python -m bench.actions`, `python -m bench.calendar`, `python -m bench.projection`. Figures are medians over repeats; in each
repeat ours and the yardstick take turns, so that a busy machine slows both. Nothing here is a test.
"""
