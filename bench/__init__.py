"""Every speed that is quoted, each by one command, with its yardstick measured beside it in the same run.

`python -m bench.actions`, `.calendar`, `.projection`, and on stores of several sizes `.store` and `.opening`. Figures are
medians over repeats; in each repeat ours and the yardstick take turns, so that a busy machine slows both. Nothing here is a
test.
"""
