//! What a thousand services in flight cost in calls.

use std::time::Duration;

use cert_domain::Instruction;
use cert_lifecycle::store::Search;
use cert_lifecycle::{State, StateKind, WorkerPolicy};
use certum_sandbox::{DnsRecord, Habits};
use jiff::SignedDuration;

use crate::common::form;
use crate::desk::{Desk, any_offer, sandbox_of};

const SERVICES: usize = 1000;

/// One by one, orders would be looked at again and again. The list of changes costs pages of changes instead.
#[tokio::test]
async fn needs_at_most_four_calls_for_each_of_a_thousand_certificates() {
    let habits = Habits::from_seed(7).with_page_length(100).with_issue_delay(SignedDuration::from_secs(90));
    let sandbox = sandbox_of(habits).await;
    let mut policy = WorkerPolicy::default();
    policy.polls_orders = false;
    policy.sync = Some(Duration::from_secs(60));
    let desk = Desk::with(sandbox, |builder| builder.policy(policy)).await;
    let mut services = Vec::with_capacity(SERVICES);
    for number in 0..SERVICES {
        let name = format!("shop-{number}.example.com");
        services.push(desk.sell_offer(any_offer("601"), &form(&[&name], "dns")).await);
    }
    desk.work().await;
    for (number, id) in services.iter().enumerate() {
        let State::Validating(validating) = desk.service(*id).await.state else { panic!("not validating") };
        for instruction in validating.instructions() {
            let Instruction::TxtRecord { name, value } = instruction else { panic!("{instruction:?}") };
            desk.sandbox.publish_dns(DnsRecord::txt(&name, &value).unwrap());
        }
        desk.lifecycle.request_check(*id).await.unwrap();
        // Customers come one after the other, while certificates of others are being issued.
        if number % 25 == 24 {
            desk.pass(30).await;
        }
    }
    for _ in 0..20 {
        desk.pass(60).await;
    }
    let search = Search { state: Some(StateKind::Active), limit: SERVICES, ..Search::default() };
    assert_eq!(desk.lifecycle.search(search).await.unwrap().len(), SERVICES);
    let calls = desk.sandbox.calls().len();
    assert!(calls <= 4 * SERVICES, "{calls} calls for {SERVICES} certificates");
    assert_eq!(desk.orders(), SERVICES);
}
