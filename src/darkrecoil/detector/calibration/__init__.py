"""A card from a full simulation: what each particle was and what was seen of it, fitted with the response's own densities.

``table`` lists what is fitted: a quantity is one entry there. ``run`` takes entries block by block, ``writing`` makes the card.
"""
