"""Opens a journal at the moment that a line comes on stdin, as one of several workers."""

import sys
from pathlib import Path

from target_app.execution.orders.journal_file import JournalError, JournalFile

sys.stdout.write("waiting\n")
sys.stdout.flush()
sys.stdin.readline()
try:
    JournalFile(Path(sys.argv[1])).close()
except JournalError as error:
    sys.exit(str(error))
