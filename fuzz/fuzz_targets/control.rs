//! Reads what the sandbox's control API takes: plans of faults in JSON, and DNS records, a line each. Whatever is refused
//! names its field, of those that there are; a plan has as many faults as are listed; a record that is taken is taken again
//! as it was kept.
#![no_main]

use certum_sandbox::{DnsRecord, DnsRecordType, FaultPlan};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// What a complaint about a plan can be about: all of it, or a field of a fault.
const FIELDS: [&str; 7] = ["body", "operation", "kind", "when", "delay_ms", "count", "probability"];

fuzz_target!(|data: &[u8]| {
    match FaultPlan::from_json(data) {
        Ok(plan) => {
            let listed: Vec<Value> = serde_json::from_slice(data).unwrap();
            assert_eq!(plan.len(), listed.len());
        }
        Err(error) => assert!(FIELDS.contains(&error.field), "{error}"),
    }
    let Ok(text) = str::from_utf8(data) else { return };
    let (name, value) = text.split_once(' ').unwrap_or((text, ""));
    for kind in [DnsRecordType::A, DnsRecordType::Caa, DnsRecordType::Cname, DnsRecordType::Txt] {
        match DnsRecord::new(name, kind, value) {
            Ok(record) => assert_eq!(DnsRecord::new(record.name(), kind, record.value()), Ok(record)),
            Err(error) => assert!(matches!(error.field, "name" | "value"), "{error}"),
        }
    }
});
