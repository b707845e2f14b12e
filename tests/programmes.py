"""The six programmes as tests know them: said once more, so that data which lose one are noticed."""

from __future__ import annotations

PROGRAMMES = (
    "foreign_filing",
    "exam_response",
    "counterfeit",
    "sued_abroad",
    "squatted_trademark",
    "litigation_insurance",
)
