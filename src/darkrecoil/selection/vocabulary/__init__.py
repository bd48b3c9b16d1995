"""What the operations of a cut table mean, how they are called, and the words that build them."""
