"""Named reads of surveys."""

from marketplace.surveys.queries.codes import (
    batch_by_ref,
    batches_of,
    code_by_id,
    code_by_words,
    code_hash,
    codes_by_number,
    slips_of,
)
from marketplace.surveys.queries.imports import import_by_ref, imports_of
from marketplace.surveys.queries.results import answers_in, counts_of, results_of
from marketplace.surveys.queries.surveys import (
    latest_with_effects,
    survey_by_id,
    survey_by_ref,
    surveys_before,
    versions_of,
)

__all__ = [
    "answers_in",
    "batch_by_ref",
    "batches_of",
    "code_by_id",
    "code_by_words",
    "code_hash",
    "codes_by_number",
    "counts_of",
    "import_by_ref",
    "imports_of",
    "latest_with_effects",
    "results_of",
    "slips_of",
    "survey_by_id",
    "survey_by_ref",
    "surveys_before",
    "versions_of",
]
