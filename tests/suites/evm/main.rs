//! The judge itself, on trial: real contracts accept what owners signed and nothing else.
//! It knows nothing of our review; the suites that compare the two stand on this one.

mod batches;
mod owners;
mod raw;
mod safes;
