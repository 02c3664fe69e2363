"""A document and places in it go in; a page to look at comes out, the places marked.

Knows files and texts, not who cited what.

picture     a page of a PDF as PNG, drawn in a limited child process
text_page   any text as one HTML page that needs nothing else
"""

from sartor.knowledge.rendering.picture import picture
from sartor.knowledge.rendering.text_page import text_page

__all__ = ["picture", "text_page"]
