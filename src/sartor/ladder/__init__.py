"""Systems side by side on the same questions -> which is enough, and which is the cheapest."""
