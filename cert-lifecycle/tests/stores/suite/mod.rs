//! The promises, each a function that takes an empty store.

pub(crate) mod appending;
pub(crate) mod claiming;
pub(crate) mod concurrency;
pub(crate) mod outbox;
pub(crate) mod reading;

/// Asks everything of the stores that `$open` opens, one for each promise; `None` if there is none on this machine.
macro_rules! conformance {
    ($open:path) => {
        $crate::suite::conformance! { $open =>
            appending::appends_only_to_the_version_that_the_caller_saw,
            appending::keeps_events_in_order_and_the_row_beside_them,
            appending::keeps_who_asked_for_each_event,
            appending::gives_a_key_to_one_service_for_good_and_stores_nothing_of_a_refused_append,
            appending::gives_an_order_to_one_service_for_good_and_stores_nothing_of_a_refused_append,
            appending::forgets_earlier_tries_once_something_came_of_one,
            appending::keeps_texts_as_they_are,
            appending::keeps_times_to_the_millisecond,
            appending::refuses_messages_without_an_event,
            claiming::claims_what_is_due_once_until_the_lease_ends,
            claiming::claims_those_first_that_waited_longest_and_no_more_than_asked_for,
            claiming::releases_with_what_the_holder_learned,
            claiming::releases_without_having_seen_the_service,
            claiming::keeps_what_others_asked_for_during_a_claim,
            claiming::ignores_the_release_of_a_claim_that_another_has_taken_over,
            claiming::ends_a_claim_together_with_an_append,
            claiming::ends_no_claim_of_others_with_an_append,
            claiming::rests_when_nothing_is_due,
            concurrency::lets_one_of_many_appends_to_a_version_through,
            concurrency::gives_a_key_to_one_of_many_who_ask_at_once,
            concurrency::gives_no_service_to_two_claimers,
            concurrency::gives_no_message_to_two_claimers,
            concurrency::moves_a_watermark_once_for_many_who_saw_the_same,
            concurrency::loses_nothing_when_much_is_asked_at_once,
            outbox::hands_out_messages_with_their_events_or_not_at_all,
            outbox::hands_out_a_service_s_messages_one_after_the_other,
            outbox::lets_topics_and_services_go_their_own_ways,
            outbox::hands_out_a_message_again_until_it_is_removed,
            outbox::postpones_a_message_and_those_behind_it,
            outbox::ignores_who_postpones_a_message_of_others,
            outbox::hands_out_the_messages_first_that_waited_longest,
            outbox::lists_what_waits_a_page_at_a_time,
            outbox::lists_what_waits_as_it_stands,
            reading::knows_nothing_of_unknown_services,
            reading::reads_on_from_any_version_of_a_history,
            reading::finds_services_by_what_people_know_of_them,
            reading::finds_services_by_any_of_their_names,
            reading::finds_services_by_what_somebody_types,
            reading::finds_services_by_time,
            reading::pages_through_all_services,
            reading::counts_the_services_of_every_state,
            reading::tells_whose_an_order_and_a_key_are,
            reading::moves_a_watermark_from_where_it_was_seen,
        }
    };
    ($open:path => $($area:ident::$promise:ident,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                if let Some(store) = $open().await {
                    $crate::suite::$area::$promise(store).await;
                }
            }
        )+
    };
}
pub(crate) use conformance;
