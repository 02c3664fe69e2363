"""Write the sample PDF and DOCX again: `python scripts/make_samples.py` (needs the dev packages)."""

from datetime import datetime
from pathlib import Path

import docx
from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

DOCUMENTS = Path(__file__).parent.parent / "src/sartor/samples/documents"

PRICES = [
    ["Item", "Price", "Time"],
    ["Wardrobe", "85 euros", "120 minutes"],
    ["Bed", "55 euros", "60 minutes"],
    ["Table", "25 euros", "30 minutes"],
    ["Shelf", "20 euros", "25 minutes"],
]


def assembly() -> None:
    """Two pages: prices in a ruled table, then safety."""
    rl_config.invariant = 1  # the same bytes every time
    style = getSampleStyleSheet()
    grid = Table(PRICES, hAlign="LEFT")
    grid.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    story = [
        Paragraph("Assembly service", style["Title"]),
        Paragraph(
            "Our fitters assemble furniture on the day of delivery when the service was booked "
            "with the order. It can be added until two working days before delivery.",
            style["BodyText"],
        ),
        Paragraph("Prices and times", style["Heading2"]),
        grid,
        Spacer(1, 12),
        Paragraph("Packaging is taken back free of charge.", style["BodyText"]),
        PageBreak(),
        Paragraph("Safety", style["Heading2"]),
        Paragraph(
            "Every wardrobe and every shelf higher than 120 centimetres must be fixed to the wall. "
            "The fitter does this in walls of brick and concrete; for plasterboard the customer "
            "provides suitable anchors. An item that is not fixed loses its warranty.",
            style["BodyText"],
        ),
        Paragraph("What fitters do not do", style["Heading2"]),
        Paragraph(
            "Fitters do not connect lamps, water or gas, and they do not change floors or walls.",
            style["BodyText"],
        ),
    ]
    SimpleDocTemplate(
        str(DOCUMENTS / "assembly.pdf"), pagesize=A4, title="Assembly service", author="Logistics"
    ).build(story)


def handbook() -> None:
    """Write headings, paragraphs, a list and a table."""
    document = docx.Document()
    document.core_properties.title = "Service handbook"
    document.core_properties.author = "Customer care"
    document.core_properties.created = document.core_properties.modified = datetime(2026, 2, 9)
    document.add_heading("Service handbook", 0)
    document.add_heading("Tone", 1)
    document.add_paragraph(
        "Agents greet customers by first name, say their own name, and ask one question at a time. "
        "They write short sentences and never blame the carrier."
    )
    document.add_heading("Escalation", 1)
    document.add_paragraph(
        "A complaint is passed to a team lead at the second contact about the same matter, at any "
        "mention of an injury, and whenever a customer asks for it."
    )
    document.add_heading("Goodwill", 1)
    document.add_paragraph("Without asking, the following may be granted:")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Role", "Goodwill per case"
    for role, amount in (("Agent", "50 euros"), ("Team lead", "200 euros")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = role, amount
    document.save(str(DOCUMENTS / "service-handbook.docx"))


if __name__ == "__main__":
    assembly()
    handbook()
