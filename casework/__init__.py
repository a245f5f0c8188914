"""The law and the work of a fines case: pure functions of their arguments, with no disk, clock, network or randomness."""
