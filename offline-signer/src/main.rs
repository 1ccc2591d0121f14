//! The offline signer's executable: everything is in the library.
//! Knows nothing but how to start it.

use std::process::ExitCode;

fn main() -> ExitCode {
    offline_signer::run(std::env::args_os())
}
