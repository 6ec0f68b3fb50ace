//! The sandbox's own DNS: a table of records and a server over UDP and TCP that answers from it.

mod record;
mod server;
mod table;

pub use self::record::{DnsRecord, DnsRecordType};
pub(crate) use self::{
    server::DnsServer,
    table::{DnsTable, host_name},
};
