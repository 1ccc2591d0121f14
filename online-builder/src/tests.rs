//! Tests to come. Knows nothing yet.
