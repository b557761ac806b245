"""Reads statutory records of form 309 with nothing of ours: standard library, and the layout written down again from the
standard (国税庁 標準規格 309). Prints what is wrong, one line each, then `records N`. Values are never printed."""

import re
import sys

COMMON = [("half", 3, True), ("half", 10, True), ("half", 5, False), ("full", 60, False), ("full", 30, False),
          ("half", 15, False), ("half", 13, True), ("full", 60, False), ("full", 30, False), ("half", 1, True),
          ("half", 2, True)]
LINE = [("full", 10, False), ("full", 20, False)] + [("half", 10, False)] * 4
ITEMS = (COMMON + [("full", 60, False), ("half", 1, True), ("full", 30, False)] + LINE * 6
         + [("full", 100, False), ("half", 13, True), ("half", 13, True)])
AMOUNTS = {17 + 6 * n + k for n in range(6) for k in range(4)}
NUMBERS = {52, 53}
ALWAYS_BLANK = {8, 9}


def main(path):
    data = open(path, "rb").read()
    assert len(ITEMS) == 53
    if not data.endswith(b"\r\n") or data.replace(b"\r\n", b"").count(b"\n") or data.replace(b"\r\n", b"").count(b"\r"):
        print("line ends are not CRLF")
    # Python's shift_jis is JIS X 0208 alone: a NEC or IBM extension (髙, ①) fails to decode.
    records = data.decode("shift_jis").split("\r\n")[:-1]
    for at, record in enumerate(records, 1):
        cells = record.split(",")
        if len(cells) != 53:
            print(f"record {at}: {len(cells)} items")
            continue
        for no, (cell, (width, most, exact)) in enumerate(zip(cells, ITEMS), 1):
            def wrong(what):
                print(f"record {at} item {no}: {what}")
            if cell == "":
                continue
            if no in ALWAYS_BLANK:
                wrong("must be blank")
            if len(cell) > most or (exact and len(cell) != most):
                wrong(f"{len(cell)} characters")
            one_byte = [len(c.encode("shift_jis")) == 1 for c in cell]
            if width == "full" and any(one_byte):
                wrong("half-width in a full-width item")
            if width == "half" and not all(one_byte):
                wrong("full-width in a half-width item")
            if no in AMOUNTS and not re.fullmatch(r"0|[1-9][0-9]*", cell):
                wrong("not an amount")
            if no in NUMBERS and not re.fullmatch(r"[0-9]{13}", cell):
                wrong("not 13 digits")
            if no in {10, 13} and cell not in "01":
                wrong("not a flag")
        if cells[0] != "309":
            print(f"record {at}: not 309")
    print(f"records {len(records)}")


main(sys.argv[1])
