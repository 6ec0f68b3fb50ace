//! The customers' name servers and web servers, some of which the reseller runs.

use std::sync::Arc;

use async_trait::async_trait;
use cert_domain::Instruction;
use cert_lifecycle::{ProofPublisher, PublishError};
use certum_sandbox::{DnsRecord, Sandbox};

use crate::FaultKind;
use crate::agenda::Task;
use crate::life::Life;
use crate::seen::Number;
use crate::world::World;

/// Publishes for those customers whose names the reseller's own name servers hold.
pub(crate) struct NameServers(pub(crate) Arc<World>);

#[async_trait]
impl ProofPublisher for NameServers {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        let world = &self.0;
        let number = place(instruction).and_then(number_in).ok_or(PublishError::Unsupported)?;
        let is_ours = Life::draw(&world.settings, number).is_published_for;
        if !is_ours || matches!(instruction, Instruction::Message { .. }) {
            return Err(PublishError::Unsupported);
        }
        world.stage.pass().await;
        publish(world, number, instruction);
        world.stage.pass().await;
        Ok(())
    }

    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError> {
        let world = &self.0;
        let number = place(instruction).and_then(number_in).ok_or(PublishError::Unsupported)?;
        world.stage.pass().await;
        take_back(world, number, instruction);
        world.stage.pass().await;
        Ok(())
    }
}

/// Puts a proof where it belongs: it is seen at once, or after a while.
pub(crate) fn publish(world: &World, number: Number, instruction: &Instruction) {
    let share = u64::from(world.settings.share(FaultKind::DnsLag));
    let lag = {
        let mut state = world.lock();
        let dice = state.around.of(Some(number));
        let lags = dice.ppm(300_000 * share / 1000);
        let lag = dice.minutes(1, 180);
        lags.then_some(lag)
    };
    match lag {
        None => put(&world.sandbox, instruction),
        Some(lag) => {
            world.struck(FaultKind::DnsLag);
            let at = world.now().checked_add(lag).unwrap_or_else(|_| world.now());
            world.plan(at, number, Task::Publish(Box::new(instruction.clone())));
        }
    }
}

/// Makes a proof to be seen by everybody.
pub(crate) fn put(sandbox: &Sandbox, instruction: &Instruction) {
    match instruction {
        Instruction::File { host, path, body } => {
            // Names are the lives' own: they can be published.
            let _published = sandbox.publish_http(host, path, body);
        }
        other => {
            if let Some(record) = record(other) {
                // A name has one alias at most, and what was published twice is there once.
                let _gone = sandbox.withdraw_dns(&record);
                sandbox.publish_dns(record);
            }
        }
    }
}

/// Takes a proof back, or keeps it from being seen.
pub(crate) fn take_back(world: &World, number: Number, instruction: &Instruction) {
    let is_it = |task: &Task| matches!(task, Task::Publish(late) if **late == *instruction);
    world.lock().agenda.forget(number, is_it);
    match instruction {
        Instruction::File { host, path, .. } => {
            let _gone = world.sandbox.withdraw_http(host, path);
        }
        other => {
            if let Some(record) = record(other) {
                let _gone = world.sandbox.withdraw_dns(&record);
            }
        }
    }
}

fn record(instruction: &Instruction) -> Option<DnsRecord> {
    match instruction {
        Instruction::TxtRecord { name, value } => DnsRecord::txt(name, value).ok(),
        Instruction::CnameRecord { name, target } => DnsRecord::cname(name, target).ok(),
        _ => None,
    }
}

/// Where an instruction wants something put.
fn place(instruction: &Instruction) -> Option<&str> {
    match instruction {
        Instruction::TxtRecord { name, .. } | Instruction::CnameRecord { name, .. } => Some(name),
        Instruction::File { host, .. } => Some(host),
        _ => None,
    }
}

/// The service that a name, a mailbox or an organization tells of: `s17.example.com`, `s17@example.com`, `s17 sp. z o.o.`.
pub(crate) fn number_in(text: &str) -> Option<Number> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.into_iter().find_map(|word| word.strip_prefix('s')?.parse().ok()).map(Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whose_name_it_is() {
        for text in [
            "s17.example.com",
            "_certum.www.s17.example.com",
            "*.s17.example.com",
            "s17@example.com",
            "s17 sp. z o.o.",
        ] {
            assert_eq!(number_in(text), Some(Number(17)), "{text}");
        }
        assert_eq!(number_in("shop.example.com"), None);
    }
}
