//! Every input that a fuzzer or somebody else once found worth keeping, and the published vectors,
//! through the same properties as the fuzz targets.

mod calldata;
mod corpus;
mod deep;
mod documents;
mod psbts;
mod published;
mod seeds;
mod transactions;
mod vectors;
