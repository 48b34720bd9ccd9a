"""The independent checkers of an invoice's XML: the schema of Factur-X, and the business rules of
EN 16931 and of the French reform, run by SaxonC. Each says that it did check."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

_SVRL = {"s": "http://purl.oclc.org/dsdl/svrl"}
EN16931 = "facturx-en16931/FACTUR-X_EN16931.xslt"
FRENCH = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"


def _folder() -> Path:
    found = find_spec("facturx")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "xsd_and_schematron"


@cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _rules(name: str) -> PyXsltExecutable:
    # By the file's own path: the rules read their lists of codes from beside it.
    compiler = _processor().new_xslt30_processor()
    return compiler.compile_stylesheet(stylesheet_file=str(_folder() / name))


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_folder() / "facturx-en16931/Factur-X_EN16931.xsd"))


def schema_faults(xml: bytes) -> list[str]:
    """What the schema of the profile refuses."""
    schema = _schema()
    schema.validate(etree.fromstring(xml))
    return [str(entry.message) for entry in schema.error_log]


def broken_rules(xml: bytes, name: str) -> set[str]:
    """The ids of the rules that are broken. Fails when no rule ran at all."""
    node = _processor().parse_xml(xml_text=xml.decode())
    told = etree.fromstring(_rules(name).transform_to_string(xdm_node=node).encode())
    assert len(told.findall(".//s:fired-rule", _SVRL)) > 30, "the rules did not run"
    failed = told.findall(".//s:failed-assert", _SVRL)
    failed += told.findall(".//s:successful-report", _SVRL)
    return {str(one.get("id") or " ".join(one.itertext()).strip()) for one in failed}


def check(xml: bytes) -> None:
    """Raises `AssertionError` naming what is wrong."""
    assert schema_faults(xml) == []
    assert broken_rules(xml, EN16931) == set()
    assert broken_rules(xml, FRENCH) == set()
