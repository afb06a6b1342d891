"""A PDF as a scanner makes it, for benchmarks that send one: a page whose image does not get smaller.

Not here: what is measured with it.
"""

WIDTH, HEIGHT = 1536, 2048  # grey points, a byte each: 3 MB


def scanned_page(number: int, body: bytes) -> bytes:
    """A PDF of one page that shows `body` as a grey image; no two numbers give the same bytes."""
    draw = b"q 595 0 0 842 0 0 cm /I Do Q"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(draw), draw),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n"
        b"%b\nendstream" % (WIDTH, HEIGHT, len(body), body),
    )
    made, places = [f"%PDF-1.7\n% {number}\n".encode()], []
    for order, one in enumerate(objects, start=1):
        places.append(sum(map(len, made)))
        made.append(b"%d 0 obj\n%b\nendobj\n" % (order, one))
    start = sum(map(len, made))
    made.append(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    made.append(b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF\n" % start)
    return b"".join(made)
