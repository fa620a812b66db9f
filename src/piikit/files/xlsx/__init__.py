"""Workbooks of spreadsheets (xlsx), read cell by cell and written safely."""
