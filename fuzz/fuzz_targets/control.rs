//! Reads what the sandbox's control API takes: plans of faults in JSON, and DNS records, a line each. Whatever is refused
//! names its field; a record that is taken is taken again as it was kept.
#![no_main]

use certum_sandbox::{DnsRecord, DnsRecordType, FaultPlan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(error) = FaultPlan::from_json(data) {
        assert!(!error.field.is_empty() && !error.reason.is_empty());
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
