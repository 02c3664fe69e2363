"""The child process that draws pages: requests on stdin, pictures on stdout.

It limits itself before it opens anything, knows nothing but paths, page numbers and rectangles,
and ends when stdin does.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pypdfium2 as pdfium

from sartor.knowledge.reading.frames import Header, read_lengths, read_parts, write_frame
from sartor.knowledge.reading.limits import allow_cpu, bind_for_good
from sartor.knowledge.rendering.png import png

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCALE = 2.0  # pixels a point: sharp on any screen
MOST_PIXELS = 16_000_000  # a larger sheet is drawn coarser
MARKER = np.array((255, 232, 112), np.uint16)  # multiplied: black stays black, white turns yellow


def main() -> None:
    """Serve requests until there are no more."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    limits = _next_request(requests)
    if limits is None:
        return
    bind_for_good(limits["memory"], limits["open_files"])
    while (request := _next_request(requests)) is not None:
        allow_cpu(int(request["cpu_seconds"]))
        try:
            write_frame(answers, {"answer": "picture"}, png(draw(request)))
        except MemoryError:
            write_frame(answers, {"answer": "failed", "reason": "it needs too much memory"})
            return
        except Exception as error:  # noqa: BLE001 - whatever PDFium throws costs this page alone
            reason = f"{type(error).__name__}: {error}"[:500].encode("ascii", "replace").decode()
            write_frame(answers, {"answer": "failed", "reason": reason})


def draw(request: Header) -> NDArray[np.uint8]:
    """Draw one page of a PDF and mark the places asked for."""
    with (
        closing(pdfium.PdfDocument(request["path"], password=request["password"])) as document,
        closing(document[int(request["page"]) - 1]) as page,
    ):
        width, height = page.get_size()
        scale = min(SCALE, math.sqrt(MOST_PIXELS / max(1.0, width * height)))
        with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            pixels = np.array(bitmap.to_numpy()[:, :, :3])
    mark(pixels, request["places"])
    return pixels


def mark(pixels: NDArray[np.uint8], places: Iterable[Iterable[float]]) -> None:
    """Go over places with a marker; they are given in shares of the page, from its top left."""
    height, width, _ = pixels.shape
    marked = np.zeros((height, width), bool)  # so that nothing is gone over twice
    for left, top, right, bottom in places:
        rows = slice(max(0, math.floor(top * height)), max(0, math.ceil(bottom * height)))
        columns = slice(max(0, math.floor(left * width)), max(0, math.ceil(right * width)))
        marked[rows, columns] = True
    pixels[marked] = (pixels[marked] * MARKER // 255).astype(np.uint8)


def _next_request(requests: BinaryIO) -> Header | None:
    lengths = read_lengths(requests)
    return None if lengths is None else read_parts(requests, lengths)[0]


if __name__ == "__main__":
    main()
