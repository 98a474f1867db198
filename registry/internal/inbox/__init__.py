"""What bodies hand in online, until the office takes it in or sends it back.

Everything lies in the state folder: `inbox.db`, and a file for each workbook in `inbox-files`, by
its digest. The site writes only there. What is accepted is written to the working file by the
office's own process (`acceptance`), with the code of `registry ledger import` and `record`.
"""
