//! The online builder's executable: everything is in the library.
//! Knows nothing but how to start it.

use std::process::ExitCode;

fn main() -> ExitCode {
    online_builder::run(std::env::args_os())
}
