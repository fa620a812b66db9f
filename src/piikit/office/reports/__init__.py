"""A result as workbook and document, for people."""
