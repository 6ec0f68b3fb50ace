//! Processes: this program again, for a part of the work, and what processes use, as Linux counts it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;
use std::{env, fs, process};

use crate::Outcome;

/// This program in another process. It ends by itself once its standard input ends: when we have ended, however we did.
pub(crate) struct Helper {
    child: Child,
    input: Option<ChildStdin>,
    /// What it said when it was ready.
    pub(crate) ready: String,
}

impl Helper {
    /// Starts it, and waits for its first line.
    pub(crate) fn start(arguments: &[&str]) -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let mut helper = Self { child, input, ready: String::new() };
        BufReader::new(output.ok_or("no output")?).read_line(&mut helper.ready)?;
        if helper.ready.is_empty() {
            return Err(format!("the process for {arguments:?} did not start").into());
        }
        Ok(helper)
    }

    pub(crate) fn usage(&self) -> Outcome<Usage> {
        Usage::of(self.child.id())
    }

    /// SIGKILL: nobody gets to tidy up.
    pub(crate) fn kill(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Has it end what is under way, and waits for that.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        drop(self.input.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("a process ended with {status}").into()) }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until standard input has ended: whoever started this process wants it to stop, or is gone.
pub(crate) async fn until_input_ends() {
    // A thread of its own: tokio's standard input would keep the runtime from ending.
    let (ended, is_over) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = is_over.await;
}

/// What a process uses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Processor time so far, the kernel's on its behalf included.
    pub(crate) processor: Duration,
    /// Memory in use, in kilobytes.
    pub(crate) memory: u64,
    /// The most memory that was in use, in kilobytes.
    pub(crate) peak: u64,
    pub(crate) threads: u64,
    /// Open files, sockets among them.
    pub(crate) files: u64,
}

impl Usage {
    pub(crate) fn of_this() -> Outcome<Self> {
        Self::of(process::id())
    }

    fn of(process: u32) -> Outcome<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name stands in parentheses, and may hold spaces itself; the times are the 14th and 15th field.
        let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
        let times = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = times.map(str::parse::<u64>).sum::<Result<_, _>>()?;
        let per_second = rustix::param::clock_ticks_per_second();
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let number = |name: &str| -> Outcome<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let number = line.and_then(|line| line.split_whitespace().next());
            Ok(number.ok_or_else(|| format!("no {name}"))?.parse()?)
        };
        Ok(Self {
            processor: Duration::from_millis(ticks * 1000 / per_second),
            memory: number("VmRSS")?,
            peak: number("VmHWM")?,
            threads: number("Threads")?,
            files: u64::try_from(fs::read_dir(format!("/proc/{process}/fd"))?.count())?,
        })
    }
}

/// How busy the machine is: how many processes wanted a processor over the last minute.
pub(crate) fn load_average() -> Outcome<String> {
    let load = fs::read_to_string("/proc/loadavg")?;
    Ok(load.split(' ').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_this_process_uses() {
        let before = Usage::of_this().unwrap();
        let file = fs::File::open("/proc/self/stat").unwrap();
        // Nobody reads it: a compiler that optimizes would leave it out.
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        let after = Usage::of_this().unwrap();
        assert!(after.memory >= before.memory + (60 << 10), "{before:?} {after:?}");
        assert!(after.peak >= after.memory && after.threads >= 1 && after.files >= 3, "{after:?}");
        drop((file, block));
    }
}
