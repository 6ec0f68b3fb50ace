//! What is left in the database, held against the CA's book.

use std::collections::{BTreeMap, BTreeSet};

use super::filling::simple_id;
use super::office::Book;
use super::server::Server;
use crate::Outcome;
use crate::judge::Judge;

/// A service as the database has it in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Its identifier, without hyphens.
    id: String,
    state: String,
    order: String,
    strays: u64,
    /// How many orders belong to it.
    orders: u64,
}

/// Holds every service that was ever due against the CA's book, and each history against its service.
pub(crate) fn nothing_is_lost(
    server: &Server,
    due: &BTreeSet<u64>,
    book: &Book,
    judge: &mut Judge,
) -> Outcome<()> {
    let told = server.run(
        "SELECT replace(services.id::text, '-', ''), state, coalesce(order_id, '-'), stray_orders, count(orders.id)
         FROM services LEFT JOIN orders ON orders.service_id = services.id
         WHERE version > 2 AND services.id::text LIKE '0193a5c0-0000-7000-8000-%'
         GROUP BY services.id",
    );
    let ended = told.lines().map(read).collect::<Outcome<Vec<_>>>()?;
    one_order_each(&ended, due, book, judge);
    let torn = server.run(
        "SELECT count(*) FROM services FULL JOIN
                (SELECT service_id, count(*) AS events, min(version) AS first, max(version) AS last
                 FROM events GROUP BY service_id) AS histories ON service_id = id
         WHERE (events, first, last) IS DISTINCT FROM (version, 1::bigint, version)",
    );
    let counted = server.run("SELECT count(*) || ' services, ' || sum(version) || ' events' FROM services");
    judge.look("every history is without a gap", torn == "0", &format!("{torn} torn of {counted}"));
    Ok(())
}

fn read(line: &str) -> Outcome<Ended> {
    let [id, state, order, strays, orders] = line.split('|').collect::<Vec<_>>()[..] else {
        return Err(format!("no row: {line}").into());
    };
    let (strays, orders) = (strays.parse()?, orders.parse()?);
    Ok(Ended { id: id.into(), state: state.into(), order: order.into(), strays, orders })
}

fn one_order_each(ended: &[Ended], due: &BTreeSet<u64>, book: &Book, judge: &mut Judge) {
    let wanted: BTreeMap<String, u64> = due.iter().map(|number| (simple_id(*number), *number)).collect();
    let active = ended.iter().filter(|service| service.state == "active" && wanted.contains_key(&service.id));
    let seen = format!("{} of {}", active.clone().count(), wanted.len());
    judge.look("every service that was due is active", active.count() == wanted.len(), &seen);
    let others = ended.iter().filter(|service| !wanted.contains_key(&service.id)).count();
    judge.look("nothing else was touched", others == 0, &format!("{others} others"));

    // Identifiers begin with the service's, so that a second order would show under its own number.
    let mut bought: BTreeMap<&str, usize> = BTreeMap::new();
    for order in book.orders.keys() {
        let service = order.split_once('-').map_or(order.as_str(), |(service, _)| service);
        *bought.entry(service).or_default() += 1;
    }
    let once = wanted.keys().filter(|id| bought.get(id.as_str()) == Some(&1)).count();
    let is_so = once == wanted.len() && book.orders.len() == wanted.len();
    let seen = format!("{once} of {}, {} orders in all", wanted.len(), book.orders.len());
    judge.look("the CA has exactly one order of each", is_so, &seen);
    let is_known = |service: &&Ended| {
        book.orders.contains_key(&service.order) && (service.strays, service.orders) == (0, 1)
    };
    let known = ended.iter().filter(is_known).count();
    let seen = format!("{known} of {}", ended.len());
    judge.look("each service knows its order, and no other", known == ended.len(), &seen);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two services that went well.
    fn world() -> (Vec<Ended>, BTreeSet<u64>, Book) {
        let due = BTreeSet::from([1, 2]);
        let mut book = Book::default();
        let ended = due.iter().map(|number| {
            let id = simple_id(*number);
            let order = format!("{id}-1");
            book.place(&order, "customer 601");
            Ended { id, state: "active".into(), order, strays: 0, orders: 1 }
        });
        (ended.collect(), due.clone(), book)
    }

    fn broken(ended: &[Ended], due: &BTreeSet<u64>, book: &Book) -> usize {
        let mut judge = Judge::default();
        one_order_each(ended, due, book, &mut judge);
        judge.broken()
    }

    #[test]
    fn finds_nothing_where_each_service_has_its_order() {
        let (ended, due, book) = world();
        assert_eq!(broken(&ended, &due, &book), 0);
    }

    #[test]
    fn finds_an_order_that_was_bought_twice() {
        let (ended, due, mut book) = world();
        book.place(&format!("{}-2", simple_id(1)), "customer 601");
        assert_eq!(broken(&ended, &due, &book), 1);
    }

    #[test]
    fn finds_an_order_that_got_lost() {
        let (mut ended, due, book) = world();
        ended[1].order = "-".into();
        assert_eq!(broken(&ended, &due, &book), 1);
    }

    #[test]
    fn finds_a_service_that_stands_still_and_one_that_nobody_asked_for() {
        let (mut ended, mut due, book) = world();
        ended[0].state = "ordering".into();
        assert_eq!(broken(&ended, &due, &book), 1);
        due.remove(&1);
        assert_eq!(broken(&ended, &due, &book), 2, "touched, and bought");
    }

    #[test]
    fn finds_an_order_that_was_taken_for_a_stray() {
        let (mut ended, due, book) = world();
        ended[0].strays = 1;
        assert_eq!(broken(&ended, &due, &book), 1);
    }

    #[test]
    fn reads_the_rows_of_psql() {
        let ended = read("0193a5c000007000800000000000000a|active|0193a5c000007000800000000000000a-1|0|1");
        assert_eq!(ended.unwrap().order, format!("{}-1", simple_id(10)));
        assert!(read("a|b").is_err());
    }
}
