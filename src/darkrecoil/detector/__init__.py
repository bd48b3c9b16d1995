"""From true particles to reconstructed objects and trigger bits, by the card of an experiment.

To add an experiment, put a TOML card into this folder: its file name is the word that a user types.
"""
