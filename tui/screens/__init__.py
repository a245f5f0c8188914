"""The screens: each takes its desk and what it shows by constructor, and decides nothing that casework decides."""
