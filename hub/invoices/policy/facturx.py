"""What makes a PDF/A-3 with an attached invoice a Factur-X file: its metadata say so.

typst writes the PDF/A-3 and attaches the XML; it cannot write foreign metadata. They are appended
as the standard's incremental update: a newer version of the metadata object, and nothing else of
the file moves.
"""

import re

from hub.invoices.policy.cii import FILE_NAME

_SPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document"),
    ("Version", "The version of the embedded XML's standard"),
    ("ConformanceLevel", "The conformance level of the embedded XML"),
)
_VALUES = (FILE_NAME, "INVOICE", "1.0", "EN 16931")
_METADATA = re.compile(rb"/Metadata (\d+) 0 R")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)\s+%%EOF\s*$", re.DOTALL)
_BAG = "<pdfaExtension:schemas><rdf:Bag>"
_END = "</rdf:RDF>"


def say_facturx(pdf: bytes) -> bytes:
    """The same file whose metadata name the attached invoice. Raises `ValueError` for a PDF that is
    not laid out as ours."""
    trailer, named = _TRAILER.search(pdf), _METADATA.search(pdf)
    if trailer is None or named is None:
        raise ValueError("this PDF has no metadata or no plain trailer")
    number = int(named[1])
    metadata = _extend(_read_stream(pdf, number).decode()).encode()
    body = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    place = len(body)
    body += (
        f"{number} 0 obj\n<</Type/Metadata/Subtype/XML/Length {len(metadata)}>>\nstream\n".encode()
        + metadata
        + b"\nendstream\nendobj\n"
    )
    table = len(body)
    return (
        body
        + f"xref\n{number} 1\n{place:010d} 00000 n\r\n".encode()
        + b"trailer\n<<"
        + trailer[1]
        + f"/Prev {int(trailer[2])}>>\nstartxref\n{table}\n%%EOF\n".encode()
    )


def _read_stream(pdf: bytes, number: int) -> bytes:
    head = re.search(rb"(?:^|\n)%d 0 obj\b" % number, pdf)
    found = _STREAM.search(pdf, head.end()) if head else None
    if found is None:
        raise ValueError("this PDF's metadata cannot be read")
    return found[1]


def _extend(metadata: str) -> str:
    if _BAG not in metadata or _END not in metadata:
        raise ValueError("this PDF's metadata describe no extension")
    described = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{words}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, words in _PROPERTIES
    )
    schema = (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_SPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    values = "".join(
        f"<fx:{name}>{value}</fx:{name}>"
        for (name, _), value in zip(_PROPERTIES, _VALUES, strict=True)
    )
    said = f'<rdf:Description rdf:about="" xmlns:fx="{_SPACE}">{values}</rdf:Description>'
    return metadata.replace(_BAG, _BAG + schema, 1).replace(_END, said + _END, 1)
