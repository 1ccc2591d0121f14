//! Safes: hashes by the published constants, batches at and past every edge.
//! Knows nothing of the policy.
