//! What the suites stand on: tokens of their own, operators on a terminal, the built programs.
//! It knows nothing of what a suite wants to find out.

pub mod camera;
pub mod evm;
pub mod operator;
pub mod optical_figures;
pub mod programs;
pub mod properties;
pub mod rehearsal;
pub mod requests;
pub mod softhsm;
