//! The workspace's benchmarks stand in `benches/`; this library is empty.
