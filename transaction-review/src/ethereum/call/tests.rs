//! Calls: what decodes, what is refused, and how deep. Knows nothing of the policy.
