//! Each lint, silent and speaking. Knows nothing of TOML.
