"""Other ways to ride, and what they cost."""
