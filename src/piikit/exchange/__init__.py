"""Editions and plans as workbooks, and back."""
