"""What people open and fill: forms, reports, workbooks, the folder of a year."""
