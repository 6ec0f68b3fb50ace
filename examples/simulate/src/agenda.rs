//! What people are going to do, and when.

use std::collections::BTreeMap;

use cert_domain::Instruction;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::seen::Number;

/// Something to do about a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// A customer buys it.
    Buy,
    /// He looks at it, and does what it waits for.
    Look,
    /// He pays for the period that begins on this day.
    Pay(Date),
    /// He brings a request for the next certificate.
    Bring,
    /// He asks for something.
    Ask(Request),
    /// He wants it to end.
    Leave,
    /// The host ends what was not paid for.
    Terminate,
    /// The reseller settles what only he can.
    Settle,
    /// A proof is seen by the world.
    Publish(Box<Instruction>),
    /// An officer of the CA decides about its order.
    Decide {
        /// The order.
        order_id: String,
    },
    /// The CA revokes its certificate.
    RevokeByAuthority {
        /// The certificate.
        serial_number: String,
    },
    /// Nothing more comes of it.
    End,
}

/// What customers ask for of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// One more name.
    Name,
    /// A certificate for a new key.
    Key,
    /// The certificate for the next term.
    Renewal,
    /// A revocation, and a new certificate.
    Revocation,
    /// Another method, for the order that is under way.
    Method,
}

impl Task {
    /// What somebody does, in a word.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Look => "look",
            Self::Pay(_) => "pay",
            Self::Bring => "bring",
            Self::Ask(_) => "ask",
            Self::Leave => "leave",
            Self::Terminate => "terminate",
            Self::Settle => "settle",
            Self::Publish(_) => "publish",
            Self::Decide { .. } => "decide",
            Self::RevokeByAuthority { .. } => "revoke",
            Self::End => "end",
        }
    }

    /// Whether the lifecycle has nothing to do with it.
    pub(crate) fn is_of_the_world(&self) -> bool {
        matches!(self, Self::Publish(_) | Self::Decide { .. } | Self::RevokeByAuthority { .. })
    }
}

/// What is going to be done, in order.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    tasks: BTreeMap<(Timestamp, Number, u64), Task>,
    added: u64,
}

impl Agenda {
    pub(crate) fn add(&mut self, at: Timestamp, number: Number, task: Task) {
        self.added += 1;
        self.tasks.insert((at, number, self.added), task);
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.tasks.first_key_value().map(|((at, ..), _)| *at)
    }

    /// Takes the next task that is due, and is not the world's own.
    pub(crate) fn take(&mut self, now: Timestamp) -> Option<(Number, Task)> {
        let mut due = self.tasks.iter().take_while(|((at, ..), _)| *at <= now);
        let key = due.find(|(_, task)| !task.is_of_the_world()).map(|(key, _)| *key)?;
        Some((key.1, self.tasks.remove(&key)?))
    }

    /// Forgets the tasks of a service that are meant.
    pub(crate) fn forget(&mut self, number: Number, is_meant: impl Fn(&Task) -> bool) {
        self.tasks.retain(|(_, whose, _), task| *whose != number || !is_meant(task));
    }

    /// Takes all tasks of a sort that are due.
    pub(crate) fn take_all(
        &mut self,
        now: Timestamp,
        is_meant: impl Fn(&Task) -> bool,
    ) -> Vec<(Number, Task)> {
        let due = self.tasks.iter().take_while(|((at, ..), _)| *at <= now);
        let keys: Vec<_> = due.filter(|(_, task)| is_meant(task)).map(|(key, _)| *key).collect();
        keys.into_iter().filter_map(|key| Some((key.1, self.tasks.remove(&key)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_people_their_own_tasks_alone_in_the_order_of_time() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let mut agenda = Agenda::default();
        agenda.add(at(3), Number(1), Task::Look);
        agenda.add(at(1), Number(2), Task::Decide { order_id: "7".into() });
        agenda.add(at(2), Number(3), Task::Buy);
        assert_eq!(agenda.next(), Some(at(1)));
        assert_eq!(agenda.take(at(2)), Some((Number(3), Task::Buy)));
        assert_eq!(agenda.take(at(2)), None);
        assert_eq!(agenda.take_all(at(2), Task::is_of_the_world).len(), 1);
        assert_eq!(agenda.take(at(3)), Some((Number(1), Task::Look)));
    }
}
