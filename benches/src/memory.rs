//! How much memory a process takes.

use std::fs;

use crate::Outcome;

/// The most memory that this process has had in use, in kilobytes, as Linux counts it.
///
/// # Errors
/// A system that doesn't tell.
pub fn high_water_mark() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?;
    Ok(kilobytes.parse()?)
}
