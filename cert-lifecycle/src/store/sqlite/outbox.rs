//! Messages that wait for their delivery.

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::{failed, limit, service_id, timestamp};
use crate::store::{ClaimRequest, Message, MessageClaim, MessageId, StoreError, WaitingMessage};

pub(super) const PUSH: &str =
    "INSERT INTO outbox (service_id, version, number, topic, body, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

pub(super) fn push(
    connection: &Connection,
    id: &str,
    version: u64,
    messages: &[Message],
) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(PUSH).map_err(failed)?;
    for (number, Message { topic, body, due_at }) in (0_u32..).zip(messages) {
        let values = params![id, version, number, topic, body, due_at.as_millisecond()];
        statement.execute(values).map_err(failed)?;
    }
    Ok(())
}

/// What is due and stands behind no other message.
pub(super) const DUE: &str = "
    SELECT service_id, version, number, body, tries FROM outbox AS this
    WHERE topic = ?1 AND wake_at <= ?2
      AND NOT EXISTS (
          SELECT 1 FROM outbox AS earlier
          WHERE earlier.service_id = this.service_id
            AND (earlier.version, earlier.number) < (this.version, this.number)
            AND earlier.topic = this.topic
      )
    ORDER BY wake_at, service_id, version, number LIMIT ?3";

pub(super) const LEASE: &str = "
    UPDATE outbox SET lease_token = ?1, lease_until = ?2 WHERE service_id = ?3 AND version = ?4 AND number = ?5";

pub(super) fn claim(
    connection: &Connection,
    topic: &str,
    request: &ClaimRequest,
) -> Result<Vec<MessageClaim>, StoreError> {
    let mut due = connection.prepare_cached(DUE).map_err(failed)?;
    // Read to the end before anything is changed: the leases move what is being read.
    let due: Vec<(String, u64, u32, String, u32)> = due
        .query_map(params![topic, request.now.as_millisecond(), limit(request.limit)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .and_then(Iterator::collect)
        .map_err(failed)?;
    let mut lease = connection.prepare_cached(LEASE).map_err(failed)?;
    let until = request.lease_until.as_millisecond();
    let claimed = due.into_iter().map(|(service, version, number, body, tries)| {
        lease.execute(params![request.token, until, service, version, number]).map_err(failed)?;
        let id = MessageId { service: service_id(&service)?, version, number };
        Ok(MessageClaim { id, token: request.token.clone(), body, tries })
    });
    claimed.collect()
}

pub(super) const REMOVE: &str = "DELETE FROM outbox WHERE service_id = ?1 AND version = ?2 AND number = ?3";

pub(super) fn remove(connection: &Connection, ids: &[MessageId]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(REMOVE).map_err(failed)?;
    for MessageId { service, version, number } in ids {
        statement.execute(params![service.to_string(), version, number]).map_err(failed)?;
    }
    Ok(())
}

pub(super) const POSTPONE: &str = "
    UPDATE outbox SET lease_token = NULL, lease_until = NULL, due_at = :due_at, tries = tries + 1
    WHERE service_id = :service AND version = :version AND number = :number AND lease_token = :token
    RETURNING topic";

/// Those behind it would otherwise be looked at, in vain, at each claim.
pub(super) const HOLD_BACK: &str = "
    UPDATE outbox SET due_at = max(due_at, :due_at)
    WHERE service_id = :service AND (version, number) > (:version, :number) AND topic = :topic";

pub(super) fn postpone(
    connection: &Connection,
    claim: &MessageClaim,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    let MessageId { service, version, number } = claim.id;
    let (service, due_at) = (service.to_string(), due_at.as_millisecond());
    let mut postpone = connection.prepare_cached(POSTPONE).map_err(failed)?;
    let topic: Option<String> = postpone
        .query_map(
            named_params! {
                ":due_at": due_at,
                ":service": service,
                ":version": version,
                ":number": number,
                ":token": claim.token,
            },
            |row| row.get(0),
        )
        .and_then(|mut topics| topics.next().transpose())
        .map_err(failed)?;
    let Some(topic) = topic else { return Ok(()) };
    let mut hold_back = connection.prepare_cached(HOLD_BACK).map_err(failed)?;
    hold_back
        .execute(named_params! {
            ":due_at": due_at,
            ":service": service,
            ":version": version,
            ":number": number,
            ":topic": topic,
        })
        .map_err(failed)?;
    Ok(())
}

/// From a message on, or from the first: nothing sorts before an empty text.
pub(super) const WAITING: &str = "
    SELECT service_id, version, number, topic, due_at, tries FROM outbox
    WHERE (service_id, version, number) > (?1, ?2, ?3) AND (?4 IS NULL OR topic = ?4)
    ORDER BY service_id, version, number LIMIT ?5";

pub(super) fn waiting(
    connection: &Connection,
    topic: Option<&str>,
    after: Option<MessageId>,
    at_most: usize,
) -> Result<Vec<WaitingMessage>, StoreError> {
    let (service, version, number) =
        after.map_or_else(Default::default, |after| (after.service.to_string(), after.version, after.number));
    let mut statement = connection.prepare_cached(WAITING).map_err(failed)?;
    let mut rows =
        statement.query(params![service, version, number, topic, limit(at_most)]).map_err(failed)?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let service: String = row.get("service_id").map_err(failed)?;
        let version = row.get("version").map_err(failed)?;
        let number = row.get("number").map_err(failed)?;
        messages.push(WaitingMessage {
            id: MessageId { service: service_id(&service)?, version, number },
            topic: row.get("topic").map_err(failed)?,
            due_at: timestamp(row.get("due_at").map_err(failed)?)?,
            tries: row.get("tries").map_err(failed)?,
        });
    }
    Ok(messages)
}
