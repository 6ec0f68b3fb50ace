//! A whole run: all shops, on as many threads as there are cores.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};

use crate::seen::Line;
use crate::shop::{Lived, Shop};
use crate::story::lines;
use crate::{FaultKind, Settings};

/// Watches what is seen of a shop.
pub trait Watch: Send + 'static {
    /// The next thing that was seen.
    fn see(&mut self, line: &Line<'_>);
}

/// What came of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ran<W> {
    /// SHA-256 over all events that were stored, in hexadecimal: the same for the same settings.
    pub hash: String,
    /// Those who watched, shop by shop.
    pub watches: Vec<W>,
    /// What people could not do although they meant well: no promise speaks of it, but it may show a mistake of the world's.
    pub remarks: Vec<Remark>,
    /// How often each kind of fault has struck.
    pub struck: BTreeMap<FaultKind, u64>,
}

/// Something that somebody could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// What he wanted to do, and the sort of answer that he got.
    pub kind: String,
    /// When, for which service, and the answer in words.
    pub text: String,
}

/// Why there was no run.
#[derive(Debug)]
pub struct Failure(Box<dyn std::error::Error + Send + Sync>);

impl Failure {
    pub(crate) fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the world could not be made: {}", self.0)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Hands on what is seen to somebody who is asked for again at the end, and prints it if somebody wants to read it.
struct Shared<W> {
    watch: Arc<Mutex<W>>,
    is_told: bool,
}

impl<W: Watch> Watch for Shared<W> {
    fn see(&mut self, line: &Line<'_>) {
        if self.is_told {
            lines(line).into_iter().for_each(|line| println!("{line}"));
        }
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).see(line);
    }
}

/// What came of a shop, with whoever watched it.
type Outcome<W> = Result<(Lived, W), Failure>;

/// Lives all lives that the settings ask for. `watch` makes whoever watches a shop, by its number.
///
/// # Guarantees
/// The same settings lead to the same events, whatever the machine.
///
/// # Errors
/// If a world can't be made: its database can't be opened, say, or nobody would live in it.
pub fn run<W: Watch>(settings: &Settings, watch: impl Fn(u32) -> W + Sync) -> Result<Ran<W>, Failure> {
    refuse(settings)?;
    let shops = settings.shops();
    let next = AtomicU32::new(0);
    let lived: Mutex<Vec<(u32, Outcome<W>)>> = Mutex::default();
    // A story is read from one shop's first day to its last.
    let threads = if settings.story { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let shop = next.fetch_add(1, Ordering::Relaxed);
                    if shop >= shops {
                        return;
                    }
                    if settings.services_of(shop).is_empty() {
                        continue;
                    }
                    let outcome = live(settings, shop, watch(shop));
                    lived.lock().unwrap_or_else(PoisonError::into_inner).push((shop, outcome));
                }
            });
        }
    });
    let mut lived = lived.into_inner().unwrap_or_else(PoisonError::into_inner);
    lived.sort_by_key(|(shop, _)| *shop);
    let mut hash = Sha256::new();
    let mut ran =
        Ran { hash: String::new(), watches: Vec::new(), remarks: Vec::new(), struck: BTreeMap::new() };
    for (_, outcome) in lived {
        let (lived, watch) = outcome?;
        hash.update(lived.hash);
        ran.watches.push(watch);
        ran.remarks.extend(lived.remarks);
        for (kind, times) in lived.struck {
            *ran.struck.entry(kind).or_default() += times;
        }
    }
    ran.hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(ran)
}

/// Whether nobody would live in such a world.
fn refuse(settings: &Settings) -> Result<(), Failure> {
    if settings.services == 0 {
        return Err(Failure::new("there is no service in it"));
    }
    if let Some(number) = settings.only.iter().find(|number| **number >= settings.services) {
        let last = settings.services - 1;
        return Err(Failure::new(format!("there is no service {number} in it: they go from 0 to {last}")));
    }
    if settings.ends() <= settings.begins() {
        let first_day = Settings::FIRST_DAY;
        return Err(Failure::new(format!("it begins on {first_day}, and can only end after that day")));
    }
    Ok(())
}

fn live<W: Watch>(settings: &Settings, shop: u32, watch: W) -> Outcome<W> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::new)?;
    let watch = Arc::new(Mutex::new(watch));
    let shared = Shared { watch: Arc::clone(&watch), is_told: settings.story };
    let lived = runtime.block_on(async {
        let shop = Shop::open(settings, shop, Box::new(shared)).await?;
        Ok(shop.live().await)
    })?;
    drop(runtime);
    let watch = Arc::into_inner(watch).ok_or_else(|| Failure::new("somebody still watches"))?;
    Ok((lived, watch.into_inner().unwrap_or_else(PoisonError::into_inner)))
}
