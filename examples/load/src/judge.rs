//! What has to hold, told as it is looked at.

use std::process::ExitCode;

/// Tells what holds and what does not, and remembers the latter.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    looked_at: usize,
    broken: usize,
}

impl Judge {
    /// A promise, whether it was kept, and what was seen.
    pub(crate) fn look(&mut self, promise: &str, is_kept: bool, seen: &str) {
        self.looked_at += 1;
        self.broken += usize::from(!is_kept);
        println!("{} {promise}: {seen}", if is_kept { "kept  " } else { "BROKEN" });
    }

    /// How many promises were broken.
    #[cfg(test)]
    pub(crate) fn broken(&self) -> usize {
        self.broken
    }

    /// The end of the program.
    pub(crate) fn verdict(&self) -> ExitCode {
        if self.broken == 0 {
            return ExitCode::SUCCESS;
        }
        eprintln!("load: {} of {} promises were broken", self.broken, self.looked_at);
        ExitCode::FAILURE
    }
}
