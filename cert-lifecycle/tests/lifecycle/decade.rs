//! Years of a one-year recurring service, in virtual time, across the calendar of the trade: certificates of 199, 99 and 46
//! days. The CA is the sandbox, which lives by the same clock; keys come from the vault or from the customer, proofs are
//! published for him, and a host bills and is paid. What was lived is then held against what was promised: by the history
//! of the service, and by the CA's own lists.

mod fate;
mod judge;
mod world;

use cert_domain::{Threshold, WindowPolicy};
use cert_lifecycle::OrderKind;
use jiff::civil::Date;

use fate::Fate;
use judge::{Figures, TROUBLES, goes_by_itself, judge, keys_are_as_wanted, told};
use world::{Keys, Pays, Plan, World};

async fn live(what: &str, plan: Plan) -> (World, Figures) {
    let mut world = World::begin(plan).await;
    world.live().await;
    let figures = judge(&world).await;
    println!("{what}: {figures}");
    (world, figures)
}

#[tokio::test]
async fn has_a_certificate_in_force_at_each_moment_of_ten_years() {
    let (world, figures) = live("ten years, keys of the vault", Plan::default()).await;
    keys_are_as_wanted(&world, Keys::Vault).await;
    goes_by_itself(&world, &TROUBLES).await;
    assert_eq!(figures.invoices, 10);
}

#[tokio::test]
async fn goes_on_for_ten_years_with_the_customers_own_requests() {
    let plan = Plan { keys: Keys::Customer, ..Plan::default() };
    let (world, figures) = live("ten years, keys of the customer", plan).await;
    keys_are_as_wanted(&world, Keys::Customer).await;
    goes_by_itself(&world, &TROUBLES).await;
    assert_eq!(figures.invoices, 10);
}

/// Each payment comes when the period has begun without it, three weeks ago. The days until then are
/// not paid for, and neither is a purchase for the day that a leap year adds.
#[tokio::test]
async fn leaves_no_gap_but_what_is_not_paid_for_in_ten_years() {
    let plan = Plan { pays: Pays::DaysAfterPeriodBegan(21), ..Plan::default() };
    let (world, figures) = live("ten years, paid late", plan).await;
    keys_are_as_wanted(&world, Keys::Vault).await;
    // Each of the periods begins three weeks later than it would have.
    assert_eq!(figures.invoices, 9);
}

/// For three weeks of each spring no worker runs. Successors are wanted in hand early enough to bear that, which takes many:
/// six years, since ten take a minute and a half without optimization, and end the same.
#[tokio::test]
async fn bears_three_weeks_of_each_year_without_a_worker() {
    let mut windows = WindowPolicy::default().begin_at(Threshold::Share(600));
    // A purchase that is not paid for yet waits as long as it can, which is no longer than this.
    windows.spare_days = 24;
    let is_off = |day: Date| day.month() == 4 && day.day() <= 21;
    let (world, figures) =
        live("six years, three weeks off", Plan { years: 6, windows, is_off, ..Plan::default() }).await;
    // An order that was under way on the last of March has not moved for long on the first day after.
    goes_by_itself(&world, &TROUBLES[..5]).await;
    assert_eq!(figures.invoices, 6);
}

/// No worker runs for a whole spring, in which the first certificate ends.
#[tokio::test]
async fn asks_for_no_reissue_of_what_is_over_and_buys_anew_once_that_is_paid() {
    let is_off = |day: Date| day.year() == 2027 && (4..=6).contains(&day.month());
    let mut world = World::begin(Plan { years: 1, is_off, ..Plan::default() }).await;
    world.excuse();
    world.live().await;
    let kinds: Vec<_> =
        world.service().await.certificates.iter().map(|certificate| certificate.kind).collect();
    assert_eq!(kinds, [OrderKind::New, OrderKind::New]);
    assert_eq!(told(&world, "invoice_due").len(), 1);
    assert_eq!(told(&world, "expired").len(), 1);
    assert_eq!(told(&world, "order_refused").len(), 0);
}

/// Six years: ten take a minute and a half without optimization, and end the same.
#[tokio::test]
async fn lives_the_same_life_with_a_worker_that_dies_at_each_border() {
    let (world, figures) =
        live("six years, a worker that dies", Plan { years: 6, fate: Fate::Dies, ..Plan::default() }).await;
    keys_are_as_wanted(&world, Keys::Vault).await;
    goes_by_itself(&world, &TROUBLES).await;
    assert_eq!(figures.invoices, 6);
}

#[tokio::test]
async fn lives_the_same_life_with_each_answer_of_the_ca_lost_once() {
    let plan = Plan { fate: Fate::HearsNothing, ..Plan::default() };
    let (world, figures) = live("ten years, answers that are lost", plan).await;
    keys_are_as_wanted(&world, Keys::Vault).await;
    goes_by_itself(&world, &TROUBLES).await;
    assert_eq!(figures.invoices, 10);
}
