"""What the resident's screen says aloud: the words that stand on it, as names of sound files."""
