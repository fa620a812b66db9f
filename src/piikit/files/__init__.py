"""Bytes to frames and frames to bytes: csv, workbooks, parquet, json, SDMX; no edition is known here."""
