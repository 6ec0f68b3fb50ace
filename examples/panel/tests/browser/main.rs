//! The panel in a real browser: Chromium, driven by WebDriver.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

mod customer;
mod driver;
mod first_steps;
mod kinds;
mod layout;
mod reseller;
mod road;
