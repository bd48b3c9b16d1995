"""Processes, one file each: the final state, the channels, and the event as a straight-line function."""
