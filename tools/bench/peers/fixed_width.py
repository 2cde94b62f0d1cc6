"""The same job as the Rust peer in plain Python: `fixed_width.py IN OUT`, .gz by name."""
import gzip
import sys

CUTS = [slice(0, 15), slice(15, 36), slice(36, 79), slice(79, 98), slice(98, None)]


def opened(name, mode):
    return gzip.open(name, mode, encoding="utf-8", newline="") if name.endswith(".gz") else open(name, mode, encoding="utf-8", newline="")


with opened(sys.argv[1], "rt") as source, opened(sys.argv[2], "wt") as sink:
    next(source)
    sink.write("date\tserial_number\tmodel\tcapacity_bytes\tfailure\n")
    for line in source:
        sink.write("\t".join([line[cut].strip() for cut in CUTS]) + "\n")
