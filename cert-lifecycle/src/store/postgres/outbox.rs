//! Messages that wait for their delivery.

use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::text::{escape, unescape};
use super::{failed, signed, timestamp, unsigned};
use crate::ServiceId;
use crate::store::{ClaimRequest, MessageClaim, MessageId, StoreError, WaitingMessage};

/// What is due and stands behind no other message.
const CLAIM: &str = "
    WITH due AS (
        SELECT service_id, version, number, wake_at FROM outbox AS this
        WHERE topic = $1 AND wake_at <= $2
          AND NOT EXISTS (
              SELECT 1 FROM outbox AS earlier
              WHERE earlier.service_id = this.service_id
                AND (earlier.version, earlier.number) < (this.version, this.number)
                AND earlier.topic = this.topic
          )
        ORDER BY wake_at, service_id, version, number LIMIT $3
        FOR UPDATE OF this SKIP LOCKED
    ),
    claimed AS (
        UPDATE outbox SET lease_token = $4, lease_until = $5 FROM due
        WHERE (outbox.service_id, outbox.version, outbox.number) = (due.service_id, due.version, due.number)
        RETURNING outbox.service_id, outbox.version, outbox.number, outbox.body, outbox.tries, due.wake_at
    )
    SELECT service_id, version, number, body, tries FROM claimed ORDER BY wake_at, service_id, version, number";

pub(super) async fn claim(
    connection: &Object,
    topic: &str,
    request: &ClaimRequest,
) -> Result<Vec<MessageClaim>, StoreError> {
    let statement = connection.prepare_cached(CLAIM).await.map_err(failed)?;
    let ClaimRequest { now, lease_until, token, limit } = request;
    let values: [&(dyn ToSql + Sync); 5] = [
        &escape(topic),
        &now.as_millisecond(),
        &signed(*limit),
        &escape(token),
        &lease_until.as_millisecond(),
    ];
    let rows = connection.query(&statement, &values).await.map_err(failed)?;
    let read = |row: tokio_postgres::Row| {
        let id = MessageId {
            service: ServiceId::from_uuid(row.try_get(0).map_err(failed)?),
            version: unsigned(row.try_get(1).map_err(failed)?)?,
            number: unsigned(row.try_get(2).map_err(failed)?)?,
        };
        let body = unescape(row.try_get(3).map_err(failed)?)?;
        Ok(MessageClaim { id, token: token.clone(), body, tries: unsigned(row.try_get(4).map_err(failed)?)? })
    };
    rows.into_iter().map(read).collect()
}

const REMOVE: &str = "
    DELETE FROM outbox USING unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS gone (service_id, version, number)
    WHERE (outbox.service_id, outbox.version, outbox.number) = (gone.service_id, gone.version, gone.number)";

pub(super) async fn remove(connection: &Object, ids: &[MessageId]) -> Result<(), StoreError> {
    let statement = connection.prepare_cached(REMOVE).await.map_err(failed)?;
    let services: Vec<_> = ids.iter().map(|id| id.service.uuid()).collect();
    let versions: Vec<_> = ids.iter().map(|id| signed(id.version)).collect();
    let numbers: Vec<_> = ids.iter().map(|id| signed(id.number)).collect();
    connection.execute(&statement, &[&services, &versions, &numbers]).await.map_err(failed)?;
    Ok(())
}

/// Those behind it would otherwise be looked at, in vain, at each claim.
const POSTPONE: &str = "
    WITH postponed AS (
        UPDATE outbox SET lease_token = NULL, lease_until = NULL, due_at = $5, tries = tries + 1
        WHERE service_id = $1 AND version = $2 AND number = $3 AND lease_token = $4
        RETURNING topic
    )
    UPDATE outbox SET due_at = greatest(due_at, $5) FROM postponed
    WHERE service_id = $1 AND (version, number) > ($2, $3) AND outbox.topic = postponed.topic";

pub(super) async fn postpone(
    connection: &Object,
    claim: &MessageClaim,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    let statement = connection.prepare_cached(POSTPONE).await.map_err(failed)?;
    let MessageId { service, version, number } = claim.id;
    let values: [&(dyn ToSql + Sync); 5] =
        [&service.uuid(), &signed(version), &signed(number), &escape(&claim.token), &due_at.as_millisecond()];
    connection.execute(&statement, &values).await.map_err(failed)?;
    Ok(())
}

/// From a message on, or from the first: no message has version 0.
const WAITING: &str = "
    SELECT service_id, version, number, topic, due_at, tries FROM outbox
    WHERE (service_id, version, number) > ($1, $2, $3) AND ($4::text IS NULL OR topic = $4)
    ORDER BY service_id, version, number LIMIT $5";

pub(super) async fn waiting(
    connection: &Object,
    topic: Option<&str>,
    after: Option<MessageId>,
    limit: usize,
) -> Result<Vec<WaitingMessage>, StoreError> {
    let statement = connection.prepare_cached(WAITING).await.map_err(failed)?;
    let first = MessageId { service: ServiceId::from_uuid(Uuid::nil()), version: 0, number: 0 };
    let MessageId { service, version, number } = after.unwrap_or(first);
    let values: [&(dyn ToSql + Sync); 5] =
        [&service.uuid(), &signed(version), &signed(number), &topic.map(escape), &signed(limit)];
    let rows = connection.query(&statement, &values).await.map_err(failed)?;
    let read = |row: tokio_postgres::Row| {
        let id = MessageId {
            service: ServiceId::from_uuid(row.try_get("service_id").map_err(failed)?),
            version: unsigned(row.try_get("version").map_err(failed)?)?,
            number: unsigned(row.try_get("number").map_err(failed)?)?,
        };
        Ok(WaitingMessage {
            id,
            topic: unescape(row.try_get("topic").map_err(failed)?)?,
            due_at: timestamp(row.try_get("due_at").map_err(failed)?)?,
            tries: unsigned(row.try_get("tries").map_err(failed)?)?,
        })
    };
    rows.into_iter().map(read).collect()
}
