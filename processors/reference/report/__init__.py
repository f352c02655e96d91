"""The report: one HTML page about a listing, with everything in it but the videos, which lie beside it."""

from processors.reference.report.facts import ReportFacts, gather
from processors.reference.report.page import page

__all__ = ["ReportFacts", "gather", "page"]
