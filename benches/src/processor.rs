//! The processors: their time, and who runs on which.

use std::time::Duration;

use rustix::thread::{CpuSet, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;

/// The processor time of this process so far, that of the kernel on its behalf included.
#[must_use]
pub fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanoseconds)
}

/// Does some work so many times, and tells the processor time that it took.
///
/// # Errors
/// Whatever the work says.
pub fn timed(times: u32, mut work: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let before = processor_time();
    (0..times).try_for_each(|_| work())?;
    Ok(processor_time().saturating_sub(before))
}

/// Keeps this thread, and those that it starts, to one processor. Who talks with a listener on the same one and who with
/// one on another differ by half in what the kernel does for them, and chance would deal that out. Where it can't be
/// done, chance does.
pub fn stay_on_processor(number: usize) {
    let mut processors = CpuSet::new();
    processors.set(number);
    let _ = sched_setaffinity(None, &processors);
}
