//! How much memory it takes to read a list of many pages.

use std::net::SocketAddr;
use std::pin::pin;

use certum_api::operations::{GetOrdersByDateRange, GetOrdersByDateRangeResponse};
use certum_api::types::ResponseHeader;
use certum_api::wire::{decode_request, encode_response};
use certum_api::{Client, Credentials, Environment, Timestamp, pages};
use futures::TryStreamExt;

use certum_benches::Outcome;
use certum_benches::memory::high_water_mark;

use crate::documents::{FIRST_ORDER, PAGE, order};

/// A page of a list with one order a second, as the request asks for it.
pub(crate) fn answer(request: &[u8]) -> Outcome<Vec<u8>> {
    let (_, request) = decode_request::<GetOrdersByDateRange>(request)?;
    let number = |moment: Timestamp| moment.as_second() - FIRST_ORDER;
    let (from, to) = (number(request.from_date), number(request.to_date));
    let page = i64::from(request.page_number.unwrap_or(1));
    let first = from + (page - 1) * PAGE;
    let mut response = GetOrdersByDateRangeResponse::new();
    response.orders = (first..to.min(first + PAGE)).map(order).collect::<Outcome<_>>()?;
    let mut header = ResponseHeader::new(ResponseHeader::SUCCESS);
    header.current_page = Some(page);
    header.pages_count = Some((to - from + PAGE - 1) / PAGE);
    Ok(encode_response::<GetOrdersByDateRange>(&header, Some(&response))?.into_bytes())
}

/// Reads a list of so many orders in this process, and prints the most kilobytes that the process has held.
pub(crate) fn measure(listener: SocketAddr, orders: i64) -> Outcome<()> {
    let endpoint = Environment::Custom(format!("http://{listener}/").parse()?);
    let client = Client::builder(endpoint, Credentials::new("reseller", "password")).build()?;
    let from = Timestamp::from_second(FIRST_ORDER)?;
    let request = GetOrdersByDateRange::new(from, Timestamp::from_second(FIRST_ORDER + orders)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(async {
        let mut found = 0;
        let mut stream = pin!(pages::orders_by_date_range(&client, request));
        while stream.try_next().await?.is_some() {
            found += 1;
        }
        Ok::<i64, certum_api::Error>(found)
    })?;
    if found != orders {
        return Err(format!("{found} of {orders} orders were told").into());
    }
    println!("{}", high_water_mark()?);
    Ok(())
}
