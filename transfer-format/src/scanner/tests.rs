//! The records, the limits and the sentences of the scanner.
