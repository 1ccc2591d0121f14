//! Documents: the published example, and everything that a closed world refuses.
//! Knows nothing of the policy.
