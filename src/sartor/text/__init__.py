"""Text by itself: sentences, scripts, languages, likeness. Standard library only."""
