"""The county's household register sheet: reading an .xlsx file and judging every row of it.

Pure: it turns a workbook into typed households and findings, and touches no database. It refuses a file that is not a
readable register by a named refusal, and reports every bad row with its number, column, masked value and reason.
"""
