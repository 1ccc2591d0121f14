//! What Ethereum's own code says of what we read: other libraries' digests, the real contracts, the
//! machine's own trace.

mod batches;
mod safes;
mod typed_data;
