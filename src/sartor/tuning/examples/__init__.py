"""Files of example conversations -> checked examples, split where nothing leaks.

reading/    a file of any known kind -> examples, and the rows that are none
checks/     examples -> findings, one file for each kind of question
checking    all of them, in order
fixing      what can be repaired without asking
splitting   whole clusters -> train, dev, test
writing     our JSONL, and fingerprints
found       the data between these steps

It loads no model; what needs tokens is handed an encoder.
"""

from sartor.tuning.examples.checking import accepted, check_examples
from sartor.tuning.examples.fixing import Fixed, fix_examples, fix_file
from sartor.tuning.examples.found import Bin, Checked, Lengths, Mended, Read, Report
from sartor.tuning.examples.reading.files import read_examples
from sartor.tuning.examples.splitting import Split, held_out, split_examples
from sartor.tuning.examples.writing import digest, fingerprint, row_of, write_examples

__all__ = [
    "Bin",
    "Checked",
    "Fixed",
    "Lengths",
    "Mended",
    "Read",
    "Report",
    "Split",
    "accepted",
    "check_examples",
    "digest",
    "fingerprint",
    "fix_examples",
    "fix_file",
    "held_out",
    "read_examples",
    "row_of",
    "split_examples",
    "write_examples",
]
