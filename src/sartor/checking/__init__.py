"""Text and passages -> sentences with support and exact quotes."""
