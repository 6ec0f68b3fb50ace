//! Where those who work at the same time take turns: at each border between them and the rest of the world, dice say who
//! goes on, and who dies.
//!
//! Between borders exactly one of them runs. A real wait, such as for a database's thread, keeps the others waiting, too, so
//! that it can't change the order of things.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::dice::Dice;
use crate::seen::Number;
use crate::world::Throws;

/// Somebody's work.
pub(crate) struct Part<'a> {
    pub(crate) work: Pin<Box<dyn Future<Output = bool> + 'a>>,
    /// Whether it may die.
    pub(crate) is_mortal: bool,
}

/// How somebody's work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With this outcome.
    Done(bool),
    /// It died.
    Died,
}

pub(crate) struct Stage {
    state: Mutex<State>,
}

struct State {
    turns: Dice,
    deaths: Throws,
    /// How often somebody dies at a border, in millionths.
    mortality: u64,
    players: Vec<Player>,
    /// Who runs right now.
    playing: Option<usize>,
}

#[derive(Default)]
struct Player {
    /// Set while he waits at a border.
    waiting: Option<Waker>,
    may_pass: bool,
    /// The service that he works on.
    subject: Option<Number>,
}

impl Stage {
    pub(crate) fn new(turns: Dice, deaths: Throws, mortality: u64) -> Self {
        let state = State { turns, deaths, mortality, players: Vec::new(), playing: None };
        Self { state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A border: whoever comes here waits until it is his turn. Off the stage, there is nobody to wait for.
    pub(crate) async fn pass(&self) {
        let mut waiter = None;
        poll_fn(|context| {
            let mut state = self.lock();
            match waiter {
                None => {
                    let playing = state.playing;
                    let Some(player) = playing.and_then(|playing| state.players.get_mut(playing)) else {
                        return Poll::Ready(());
                    };
                    player.waiting = Some(context.waker().clone());
                    waiter = playing;
                    Poll::Pending
                }
                Some(playing) => match state.players.get_mut(playing) {
                    Some(player) if !player.may_pass => Poll::Pending,
                    Some(player) => {
                        player.may_pass = false;
                        Poll::Ready(())
                    }
                    None => Poll::Ready(()),
                },
            }
        })
        .await;
    }

    /// Notes which service whoever runs works on.
    pub(crate) fn work_on(&self, subject: Option<Number>) {
        let mut state = self.lock();
        let playing = state.playing;
        if let Some(player) = playing.and_then(|playing| state.players.get_mut(playing)) {
            player.subject = subject;
        }
    }

    /// The service that whoever runs works on.
    pub(crate) fn subject(&self) -> Option<Number> {
        let state = self.lock();
        state.playing.and_then(|playing| state.players.get(playing)).and_then(|player| player.subject)
    }

    /// Lets all of them work until each is done or dead.
    pub(crate) async fn play(&self, parts: Vec<Part<'_>>) -> Vec<End> {
        let mut parts: Vec<Option<Part<'_>>> = parts.into_iter().map(Some).collect();
        let mut ends = vec![End::Died; parts.len()];
        self.lock().players = parts.iter().map(|_| Player::default()).collect();
        let mut running: Option<usize> = None;
        poll_fn(move |context| {
            loop {
                let alive =
                    || parts.iter().enumerate().filter(|(_, part)| part.is_some()).map(|(index, _)| index);
                let index = match running {
                    Some(index) => index,
                    None => {
                        let count = alive().count();
                        let throw = self.lock().turns.below(count as u64);
                        let Some(index) = alive().nth(usize::try_from(throw).unwrap_or_default()) else {
                            return Poll::Ready(std::mem::take(&mut ends));
                        };
                        index
                    }
                };
                let Some(slot) = parts.get_mut(index) else { continue };
                let Some(part) = slot else { continue };
                if running.is_none() && !self.enter(index, part.is_mortal) {
                    // Without the lock: what is dropped may come along here.
                    *slot = None;
                    continue;
                }
                self.lock().playing = Some(index);
                let polled = part.work.as_mut().poll(context);
                let mut state = self.lock();
                state.playing = None;
                match polled {
                    Poll::Ready(outcome) => {
                        drop(state);
                        *slot = None;
                        running = None;
                        if let Some(end) = ends.get_mut(index) {
                            *end = End::Done(outcome);
                        }
                    }
                    Poll::Pending => {
                        let waits = state.players.get(index).is_some_and(|player| player.waiting.is_some());
                        drop(state);
                        running = (!waits).then_some(index);
                        if !waits {
                            return Poll::Pending;
                        }
                    }
                }
            }
        })
        .await
    }

    /// Lets somebody pass the border that he waits at, unless he dies there.
    fn enter(&self, index: usize, is_mortal: bool) -> bool {
        let mut state = self.lock();
        let State { deaths, mortality, players, .. } = &mut *state;
        let Some(player) = players.get_mut(index) else { return true };
        let Some(waker) = player.waiting.take() else { return true };
        if is_mortal && deaths.of(player.subject).ppm(*mortality) {
            return false;
        }
        player.may_pass = true;
        drop(state);
        waker.wake();
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dice::Purpose;

    fn stage(seed: u64, mortality: u64) -> Stage {
        Stage::new(Dice::new(seed, Purpose::Turns, 0), Throws::new(seed, Purpose::Deaths, 0), mortality)
    }

    async fn interleaved(seed: u64) -> String {
        let (stage, said) = (stage(seed, 0), Arc::new(Mutex::new(String::new())));
        let speak = |letter: char| {
            let (stage, said) = (&stage, Arc::clone(&said));
            let work = Box::pin(async move {
                for _ in 0..8 {
                    stage.pass().await;
                    said.lock().unwrap().push(letter);
                    tokio::task::yield_now().await;
                }
                true
            });
            Part { work, is_mortal: true }
        };
        let ends = stage.play(vec![speak('a'), speak('b')]).await;
        assert_eq!(ends, [End::Done(true); 2]);
        Arc::try_unwrap(said).unwrap().into_inner().unwrap()
    }

    #[tokio::test]
    async fn takes_turns_as_the_dice_fall() {
        let said = interleaved(1).await;
        assert_eq!(said.len(), 16);
        assert!(said.contains("ab") && said.contains("ba"), "{said}");
        assert_eq!(said, interleaved(1).await);
        assert_ne!(said, interleaved(2).await);
    }

    #[tokio::test]
    async fn ends_whoever_dies_at_a_border_and_nobody_else() {
        let stage = stage(1, 1_000_000);
        let at_border = Part {
            work: Box::pin(async {
                stage.pass().await;
                true
            }),
            is_mortal: true,
        };
        let spared = Part {
            work: Box::pin(async {
                stage.pass().await;
                true
            }),
            is_mortal: false,
        };
        assert_eq!(stage.play(vec![at_border, spared]).await, [End::Died, End::Done(true)]);
    }
}
